/**
 * Styles every recipe's App.svelte ends with: colours for light and dark, one accent, form controls that
 * are big enough to touch and show their focus.
 *
 * @param accent pairs of colours for light and dark; white text must be readable on the first, near-black on the second
 */
export const theme = (accent: { readonly light: string; readonly dark: string }): string => `
	:global(:root) {
		color-scheme: light dark;
		--page: light-dark(#f7f6f3, #141417);
		--card: light-dark(#ffffff, #1e1e23);
		--text: light-dark(#1c1c21, #ededf2);
		--soft: light-dark(#5d5d68, #a6a6b3);
		--line: light-dark(#dedcd5, #36363f);
		--accent: light-dark(${accent.light}, ${accent.dark});
		--on-accent: light-dark(#ffffff, #141417);
		--danger: light-dark(#b3261e, #ff9b92);
	}
	:global(body) {
		margin: 0;
		background: var(--page);
		color: var(--text);
		font: 16px/1.5 system-ui, sans-serif;
	}
	:global(*, *::before, *::after) {
		box-sizing: border-box;
	}
	:global(input:not([type='checkbox']), textarea) {
		width: 100%;
		min-height: 44px;
		padding: 10px 12px;
		border: 1px solid light-dark(#8d8b84, #6e6e7a);
		border-radius: 10px;
		background: var(--card);
		color: inherit;
		font: inherit;
	}
	:global(button) {
		min-height: 44px;
		padding: 0 18px;
		border: 1px solid var(--line);
		border-radius: 10px;
		background: var(--card);
		color: inherit;
		font: inherit;
		font-weight: 600;
		cursor: pointer;
	}
	:global(button.primary) {
		border-color: transparent;
		background: var(--accent);
		color: var(--on-accent);
	}
	:global(button:disabled) {
		opacity: 0.55;
		cursor: default;
	}
	:global(:is(a, button, input, textarea, [tabindex]):focus-visible) {
		outline: 3px solid var(--accent);
		outline-offset: 2px;
	}
`;
