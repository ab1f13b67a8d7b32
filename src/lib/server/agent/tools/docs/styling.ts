export const styling = `# Styling

Tailwind CSS 4 classes work everywhere, also with arbitrary values; no configuration file. Theme values are set in src/app.css:

\`\`\`css
@import 'tailwindcss';

@theme {
	--color-brand: oklch(55% 0.16 250);
	--font-display: Georgia, serif;
}

@layer base {
	body {
		background: light-dark(#fafaf9, #18181b);
		color: light-dark(#1c1917, #e7e5e4);
		color-scheme: light dark;
	}
}
\`\`\`

then text-brand and font-display exist. A scoped <style> in a component is for what classes cannot say; it reaches only that
component's own elements, :global(...) more.

\`\`\`svelte
<script lang="ts">
	let done = $state(false);
</script>

<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight text-balance">Title</h1>
	<button
		class={['mt-4 min-h-10 rounded-lg px-4 font-medium focus-visible:outline-2', done && 'opacity-60']}
		aria-pressed={done}
		onclick={() => (done = !done)}
	>
		{done ? 'Done' : 'Mark as done'}
	</button>
</main>

<style>
	main {
		container-type: inline-size;
	}
</style>
\`\`\`

- Both light and dark: the dark: variant or light-dark() with color-scheme. Text needs a contrast of 4.5 to 1.
- Works from 360 px on: flex-wrap, min-w-0, overflow-wrap: anywhere for what people type. Buttons at least 40 px high.
- Every input has a label, every icon button an aria-label, focus stays visible.
- No fonts, styles or pictures from other hosts: the page may load from its own host only.
- Transitions: import { fade, fly, slide } from 'svelte/transition'; respect prefers-reduced-motion.
`;
