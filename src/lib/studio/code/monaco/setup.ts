import editorWorkerUrl from 'monaco-editor/editor/editor.worker?worker&url';
import { editorPolicy, workerUrl } from '../../trusted.ts';

/**
 * Must be evaluated before any module of the editor: those ask for their Trusted Types policies while they load.
 */
const environment = {
	createTrustedTypesPolicy: editorPolicy,
	getWorker: () =>
		new Worker(workerUrl(editorWorkerUrl, [editorWorkerUrl]), {
			name: 'editor',
			// Built workers are one classic file each; unbuilt ones are modules.
			type: import.meta.env.DEV ? 'module' : 'classic',
		}),
};
Object.assign(globalThis, { MonacoEnvironment: environment });
