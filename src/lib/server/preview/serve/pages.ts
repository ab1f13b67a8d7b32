import type { Problem } from '#lib/contracts/index.ts';
import type { BuiltApp } from '../built-app.ts';

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function escape(value: string): string {
	return value.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** What the boot script reads; a data block is no script and needs no permission to run. */
interface Facts {
	readonly build: string;
	/** The builder's origin, the only one the boot script listens to. */
	readonly origin: string;
	readonly problems: readonly string[];
}

interface Page {
	readonly title: string;
	readonly icon: string;
	readonly facts: Facts;
	readonly boot: string;
	readonly head: readonly string[];
	readonly body: string;
}

function render(page: Page): string {
	const facts = JSON.stringify(page.facts).replaceAll('<', '\\u003c');
	const head = [
		'<meta charset="utf-8">',
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		`<title>${escape(page.title)}</title>`,
		`<link rel="icon" href="${escape(page.icon)}">`,
		`<script type="application/json" id="tinykit">${facts}</script>`,
		...(page.boot === '' ? [] : [`<script src="${escape(page.boot)}"></script>`]),
		...page.head,
	];
	return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${page.body}\n</body>\n</html>\n`;
}

const icons = ['/favicon.svg', '/favicon.png', '/favicon.ico'] as const;

/** The page of a build. */
export function appPage(app: BuiltApp, origin: string): string {
	const { build, title, script, styles, boot, files } = app;
	const head = [`<script type="module" src="${escape(script)}"></script>`];
	if (styles !== '') head.unshift(`<link rel="stylesheet" href="${escape(styles)}">`);
	return render({
		title,
		icon: icons.find((path) => files.has(path)) ?? 'data:,',
		facts: { build, origin, problems: [] },
		boot,
		head,
		body: '<div id="app" style="display: contents"></div>',
	});
}

const plainStyle = `<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 12vh 24px 24px; font: 15px/1.55 system-ui, sans-serif; color: light-dark(#2b2a33, #e8e6e1); background: light-dark(#f6f5f3, #17181c); }
main { max-width: 46rem; margin: 0 auto; }
h1 { font-size: 20px; margin: 0 0 8px; }
p { margin: 0 0 16px; color: light-dark(#57555f, #b5b3ad); }
h2 { font-size: 14px; margin: 24px 0 4px; }
h2 span { font-weight: 400; color: light-dark(#57555f, #b5b3ad); }
pre { margin: 8px 0 0; padding: 12px; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; border-radius: 9px; background: light-dark(#fff, #202127); }
</style>`;

/** `src/App.svelte:3:7`, as far as it is known. */
export function placeName({ path, line, column }: Problem): string {
	return [path, line, column].filter((part) => part !== undefined).join(':');
}

function problemHtml(problem: Problem): string {
	const place = placeName(problem);
	const frame = problem.frame === undefined ? '' : `\n<pre>${escape(problem.frame)}</pre>`;
	return `<h2>${escape(problem.message)}${place === '' ? '' : ` <span>${escape(place)}</span>`}</h2>${frame}`;
}

function plainPage(facts: Facts, boot: string, title: string, body: string): string {
	const head = [plainStyle];
	return render({ title, icon: 'data:,', facts, boot, head, body: `<main>\n${body}\n</main>` });
}

/** Before the first file is there. */
export function emptyPage(build: string, origin: string, boot: string): string {
	const facts = { build, origin, problems: ['There is nothing to show yet.'] };
	const body = '<h1>Nothing here yet</h1>\n<p>The app shows up here with its first files.</p>';
	return plainPage(facts, boot, 'Nothing here yet', body);
}

/** When no build has ever been good. */
export function problemsPage(
	build: string,
	problems: readonly Problem[],
	origin: string,
	boot: string,
): string {
	const lines = problems.map((one) => [placeName(one), one.message].filter(Boolean).join(' '));
	const facts = { build, origin, problems: lines.map((line) => line.slice(0, 4000)) };
	const many = problems.length === 1 ? 'One thing is' : `${String(problems.length)} things are`;
	const body = [
		'<h1>The app cannot be shown yet</h1>',
		`<p>${many} wrong in its source. It shows up here as soon as that is put right.</p>`,
		...problems.map(problemHtml),
	].join('\n');
	return plainPage(facts, boot, 'The app cannot be shown yet', body);
}
