/** How an app looks: what differs from one recipe to the next. */
export interface Look {
	/** White text must be readable on the first colour, near-black text on the second. */
	readonly light: string;
	readonly dark: string;
	/** Widest the page gets, in px; 680 when absent. */
	readonly wide?: number;
	readonly serif?: boolean;
}

/**
 * The one style sheet of a recipe: colours for light and dark, one accent, form controls that are big enough to
 * touch and show their focus, and the few classes the components share.
 */
export const themeFile = ({ light, dark, wide = 680, serif = false }: Look) =>
	({ path: 'src/app.css', text: sheet(light, dark, wide, serif) }) as const;

const sheet = (light: string, dark: string, wide: number, serif: boolean): string => `:root {
	color-scheme: light dark;
	--accent: light-dark(${light}, ${dark});
	--on-accent: light-dark(#ffffff, #141417);
	--page: light-dark(#f7f6f3, #141417);
	--card: light-dark(#ffffff, #1e1e23);
	--text: light-dark(#1c1c21, #ededf2);
	--soft: light-dark(#5d5d68, #a6a6b3);
	--line: light-dark(#dedcd5, #36363f);
	--edge: light-dark(#8d8b84, #6e6e7a);
	--danger: light-dark(#b3261e, #ff9b92);
}
*,
*::before,
*::after {
	box-sizing: border-box;
}
body {
	margin: 0;
	background: var(--page);
	color: var(--text);
	font: 16px/1.5 system-ui, sans-serif;
}
main {
	max-width: ${String(wide)}px;
	margin: 0 auto;
	padding: clamp(28px, 7vw, 64px) 20px;
}
h1 {
	margin: 0;
	font-family: ${serif ? 'Georgia, serif' : 'inherit'};
	font-size: clamp(1.8rem, 6vw, 2.6rem);
	font-weight: ${serif ? '600' : '750'};
	line-height: 1.2;
	overflow-wrap: anywhere;
}
h2 {
	margin: 0;
	font-size: 1.1rem;
	font-weight: 700;
	overflow-wrap: anywhere;
}
p {
	margin: 0;
	overflow-wrap: anywhere;
}
.top {
	display: flex;
	flex-wrap: wrap;
	align-items: center;
	justify-content: space-between;
	gap: 8px 16px;
	margin-bottom: 28px;
}
.top > :first-child {
	flex: 1 1 260px;
}
.intro,
.quiet,
.who {
	color: var(--soft);
}
.intro {
	margin-top: 8px;
}
.who,
.row,
.bar {
	display: flex;
	flex-wrap: wrap;
	align-items: center;
	gap: 8px 12px;
}
.bar {
	justify-content: space-between;
	margin: 28px 0 14px;
}
.problem {
	color: var(--danger);
}
.problem:empty,
.thanks:empty {
	display: none;
}
.thanks {
	color: var(--accent);
	font-weight: 600;
}
.card {
	padding: 20px;
	border: 1px solid var(--line);
	border-radius: 14px;
	background: var(--card);
}
form {
	display: grid;
	gap: 16px;
}
form .pair {
	display: grid;
	grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
	gap: 16px;
}
label {
	display: grid;
	align-content: start;
	gap: 6px;
	font-weight: 600;
}
label.check {
	display: flex;
	align-items: center;
	gap: 12px;
	min-height: 44px;
	cursor: pointer;
}
input,
select,
textarea {
	width: 100%;
	min-height: 44px;
	padding: 10px 12px;
	border: 1px solid var(--edge);
	border-radius: 10px;
	background: var(--card);
	color: inherit;
	font: inherit;
	font-weight: 400;
}
textarea {
	resize: vertical;
}
input:is([type='checkbox'], [type='radio']) {
	flex: none;
	width: 22px;
	min-height: 22px;
	margin: 0;
	accent-color: var(--accent);
}
button {
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
button.primary {
	border-color: transparent;
	background: var(--accent);
	color: var(--on-accent);
}
button.plain {
	padding: 0 12px;
	border-color: transparent;
	background: none;
	color: var(--soft);
}
button[aria-pressed='true'] {
	border-color: var(--accent);
	color: var(--accent);
}
button:disabled {
	opacity: 0.55;
	cursor: default;
}
a {
	color: var(--accent);
}
:is(a, button, input, select, textarea, summary, [tabindex]):focus-visible {
	outline: 3px solid var(--accent);
	outline-offset: 2px;
}
.list {
	display: grid;
	gap: 12px;
	margin: 0;
	padding: 0;
	list-style: none;
}
.list > li {
	display: flex;
	flex-wrap: wrap;
	align-items: center;
	gap: 6px 12px;
	padding: 14px 18px;
}
.grow {
	flex: 1 1 110px;
	min-width: 0;
	overflow-wrap: anywhere;
}
.text,
.more {
	flex-basis: 100%;
	white-space: pre-wrap;
}
.more span {
	color: var(--soft);
}
.tag {
	padding: 2px 10px;
	border: 1px solid var(--line);
	border-radius: 99px;
	color: var(--soft);
	font-size: 0.9rem;
}
.number {
	font-variant-numeric: tabular-nums;
}
nav.pages {
	display: flex;
	flex-wrap: wrap;
	justify-content: center;
	gap: 4px 20px;
	padding: 12px 20px 0;
}
nav.pages a {
	padding: 10px 0;
}
nav.pages a[aria-current] {
	color: inherit;
	font-weight: 700;
	text-decoration: none;
}
@media (max-width: 460px) {
	.card {
		padding: 16px;
	}
}
`;
