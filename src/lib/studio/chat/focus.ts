/** Whether somebody is in the middle of writing: then nothing takes the focus away. */
export function isWriting(): boolean {
	const { activeElement } = document;
	if (!(activeElement instanceof HTMLElement)) return false;
	if (activeElement.isContentEditable || activeElement.closest('.monaco-editor, dialog'))
		return true;
	const isField =
		activeElement instanceof HTMLTextAreaElement || activeElement instanceof HTMLInputElement;
	return isField && activeElement.value !== '';
}
