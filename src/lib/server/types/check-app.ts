import type { Problem } from '#lib/contracts/index.ts';
import { deadControls } from './controls.ts';
import { fileProblems, writtenProperties, type Judge } from './diagnostics.ts';
import { withInferredTypes } from './infer.ts';
import { createService } from './program.ts';
import type { AppSource, TypesResult, Use } from './protocol.ts';
import { usesIn } from './uses.ts';
import { isChecked, virtualFile, type Unreadable, type VirtualFile } from './virtual.ts';

const maxProblems = 200;
const maxUses = 5000;

const isUnreadable = (file: VirtualFile | Unreadable): file is Unreadable => !('name' in file);

/** Checks one app after the other and stays warm in between. Runs no code of theirs. */
export function createAppCheck(): (source: AppSource) => TypesResult {
	const service = createService();
	return ({ files, client, collections }) => {
		const read = [...files]
			.filter(([path]) => isChecked(path))
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([path, text]) => virtualFile(path, text));
		const unread = read.filter(isUnreadable);
		const known = new Map(
			read.flatMap((file) => (isUnreadable(file) ? [] : [[file.name, file] as const])),
		);
		const first = service.program(known, client);
		const inferred = new Map(known);
		for (const [name, file] of known)
			if (file.isLoose) inferred.set(name, withInferredTypes(first, file) ?? file);
		const isSame = [...inferred].every(([name, file]) => known.get(name) === file);
		const program = isSame ? first : service.program(inferred, client);

		const loose = [...inferred.values()].filter(({ isLoose }) => isLoose);
		const written = writtenProperties(
			loose.flatMap(({ name }) => program.getSourceFile(name) ?? []),
		);
		const judge: Judge = { program, written };
		// What is no part of the app's source (a script in `static`) is read where it is imported, not judged.
		const own = [...inferred.values()].filter(({ path }) => path.startsWith('src/'));
		const problems = own.flatMap((file) => fileProblems(file, judge));
		const uses = own.flatMap((file): readonly Use[] => [
			...usesIn(file, { program, collections, written }),
			...deadControls(file, files.get(file.path) ?? ''),
		]);
		return {
			problems: [...unread.filter(isOwn).map(asProblem), ...problems].slice(0, maxProblems),
			uses: uses.slice(0, maxUses),
			unread: unread.map(({ path }) => path),
		};
	};
}

const isOwn = ({ path }: Unreadable): boolean => path.startsWith('src/');
const asProblem = (file: Unreadable): Problem => ({ ...file, code: 'component_syntax' });
