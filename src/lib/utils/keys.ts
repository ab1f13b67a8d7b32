/** Keyboard shortcuts as the platform writes them. */

type KeyPress = Pick<KeyboardEvent, 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'key'>;

/** Whether ⌘ is the modifier here; Ctrl everywhere else. */
export function isApple(platform: string): boolean {
	return /mac|iphone|ipad|ipod/i.test(platform);
}

/** @example shortcut('S', 'Linux x86_64') // 'Ctrl S' */
export function shortcut(key: string, platform: string): string {
	return isApple(platform) ? `⌘${key}` : `Ctrl ${key}`;
}

/** Ctrl or ⌘ with this key and nothing else. */
export function isCommand(event: KeyPress, key: string): boolean {
	return (
		(event.metaKey || event.ctrlKey) &&
		!event.altKey &&
		!event.shiftKey &&
		event.key.toLowerCase() === key.toLowerCase()
	);
}
