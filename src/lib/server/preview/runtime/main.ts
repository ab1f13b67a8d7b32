/** The entry of every app: `$app-root` is the workspace's src/App.svelte, `$app-styles` its styles. */
import '$app-styles';
import App from '$app-root';
import { mount, type Component } from 'svelte';

const target = document.getElementById('app');
if (target) {
	mount(App as Component, { target });
	// Heard by the boot script of a draft; nobody else listens.
	dispatchEvent(new Event('tinykit:mounted'));
}
