const named: Readonly<Record<string, string>> = {
	...{ red: '#c62828', crimson: '#b3123c', green: '#1b7f3b', lime: '#5c9e12', olive: '#6b7a12' },
	...{ blue: '#1f5fd0', navy: '#1d3a8a', sky: '#1283c2', 'sky blue': '#1283c2', cyan: '#0a8aa0' },
	...{
		teal: '#0f766e',
		turquoise: '#0d8f86',
		mint: '#1f9d74',
		orange: '#c2570c',
		amber: '#a86400',
	},
	...{ yellow: '#8f7000', gold: '#8f7000', purple: '#7a3fc4', violet: '#6d45d0', lilac: '#8a5cc2' },
	...{ indigo: '#4149c9', pink: '#c2337f', magenta: '#b01f9a', rose: '#c03058', salmon: '#c4513f' },
	...{ brown: '#86512c', grey: '#555b66', gray: '#555b66', black: '#222226', coral: '#c9492f' },
};

/** A colour by its English name or as `#rgb` or `#rrggbb`; `dark` and `light` in front change little. */
export function colourOf(
	words: string,
): { readonly name: string; readonly hex: string } | undefined {
	const name = words.trim().toLowerCase();
	const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(name);
	if (short)
		return {
			name,
			hex: `#${short
				.slice(1)
				.map((digit) => digit + digit)
				.join('')}`,
		};
	if (/^#[0-9a-f]{6}$/.test(name)) return { name, hex: name };
	const bare = name.replace(/^(?:(?:nice|deep|bright|dark|light|warm|soft|strong|pale)[ -])+/, '');
	const hex = named[name] ?? named[bare];
	return hex === undefined ? undefined : { name, hex };
}

type Rgb = readonly [number, number, number];
const parse = (hex: string): Rgb =>
	[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const format = (rgb: Rgb): string =>
	`#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
	[0, 1, 2].map(
		(at) => (from[at] ?? 0) + ((to[at] ?? 0) - (from[at] ?? 0)) * share,
	) as unknown as Rgb;

/** Relative luminance (WCAG 2.2), 0 to 1. */
function luminance(rgb: Rgb): number {
	const [r = 0, g = 0, b = 0] = rgb.map((part) => {
		const c = part / 255;
		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two colours (WCAG 2.2), 1 to 21. */
export function contrast(a: string, b: string): number {
	const [x, y] = [luminance(parse(a)), luminance(parse(b))];
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const enough = 4.8;
const white = '#ffffff';
const black = '#000000';
/** The page behind it, light and dark. */
const page = { light: '#f1efea', dark: '#1e1e23' } as const;

/** The pair of accents nearest to a colour that can be read: under white text by day, on a dark page by night. */
export function accentsOf(hex: string): { readonly light: string; readonly dark: string } {
	const toward = (goal: string, isGood: (colour: string) => boolean): string => {
		for (let share = 0; share < 1; share += 0.04) {
			const colour = format(mix(parse(hex), parse(goal), share));
			if (isGood(colour)) return colour;
		}
		return goal;
	};
	return {
		light: toward(
			black,
			(colour) => contrast(colour, white) >= enough && contrast(colour, page.light) >= enough,
		),
		dark: toward(white, (colour) => contrast(colour, page.dark) >= 6.5),
	};
}
