/** A mistake of whoever typed the command; the message is one sentence. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

export interface Args {
	readonly positional: readonly string[];
	/** Text of a flag; the last one counts. */
	text(name: string): string | undefined;
}

/** Flags that take a value. Those of PocketBase that have no meaning here are accepted and ignored. */
const withValue = new Set([
	'dir',
	'http',
	'https',
	'origins',
	'durability',
	'encryptionEnv',
	'queryTimeout',
	'publicDir',
	'hooksDir',
	'hooksPool',
	'migrationsDir',
]);
/** Flags that stand alone or as `--flag=false`. */
const switches = new Set(['dev', 'hooksWatch', 'automigrate', 'indexFallback', 'help', 'version']);

/**
 * Reads a command line as PocketBase's CLI does: `--flag value` or `--flag=value`, anywhere between the words.
 * @throws UsageError for an unknown flag or a missing value.
 */
export function parseArgs(argv: readonly string[]): Args {
	const positional: string[] = [];
	const flags = new Map<string, string>();
	for (let i = 0; i < argv.length; i++) {
		const word = argv[i] ?? '';
		if (word === '--') {
			positional.push(...argv.slice(i + 1));
			break;
		}
		if (!word.startsWith('-') || word === '-') {
			positional.push(word);
			continue;
		}
		const [name = '', ...rest] = word.replace(/^--?/, '').split('=');
		const value = rest.length > 0 ? rest.join('=') : undefined;
		if (switches.has(name)) flags.set(name, value ?? 'true');
		else if (withValue.has(name)) {
			const text = value ?? argv[++i];
			if (text === undefined) throw new UsageError(`The flag --${name} needs a value.`);
			flags.set(name, text);
		} else throw new UsageError(`There is no flag ${word}.`);
	}
	return { positional, text: (name) => flags.get(name) };
}

/** A switch that is on unless it says otherwise. */
export const isOn = (args: Args, name: string, byDefault: boolean): boolean => {
	const text = args.text(name);
	return text === undefined ? byDefault : !['false', '0', 'f', 'F', 'FALSE'].includes(text);
};
