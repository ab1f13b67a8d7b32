/** Differences of two texts, line by line. Pure. */

export interface DiffLine {
	readonly kind: 'same' | 'added' | 'removed';
	readonly text: string;
}

export interface DiffHunk {
	/** From 1; of an empty side, the line before. */
	readonly oldStart: number;
	readonly newStart: number;
	readonly lines: readonly DiffLine[];
}

export interface LineDiff {
	readonly added: number;
	readonly removed: number;
	readonly hunks: readonly DiffHunk[];
}

/** Lines of unchanged text around a change. */
const context = 3;
/** Changed lines after which the middle is given up as one big change: the work grows with their square. */
const maxEdits = 600;

/**
 * @example diffLines('a\nb\n', 'a\nc\n').hunks[0].lines // same a, removed b, added c
 */
export function diffLines(before: string, after: string): LineDiff {
	const lines = editsOf(linesOf(before), linesOf(after));
	return {
		added: lines.filter(({ kind }) => kind === 'added').length,
		removed: lines.filter(({ kind }) => kind === 'removed').length,
		hunks: hunksOf(lines),
	};
}

/** A last line without an end is another line than one with it; a reader sees that by git's own words. */
function linesOf(text: string): string[] {
	if (text === '') return [];
	const lines = text.split('\n');
	if (lines.at(-1) === '') lines.pop();
	else lines.push('\\ No newline at end of file');
	return lines;
}

function editsOf(a: readonly string[], b: readonly string[]): DiffLine[] {
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) start++;
	let end = 0;
	const most = Math.min(a.length, b.length) - start;
	while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
	const same = (lines: readonly string[]): DiffLine[] => lines.map(as('same'));
	return [
		...same(a.slice(0, start)),
		...shortest(a.slice(start, a.length - end), b.slice(start, b.length - end)),
		...same(a.slice(a.length - end)),
	];
}

const as =
	(kind: DiffLine['kind']) =>
	(text: string): DiffLine => ({ kind, text });

/** The shortest script of deletions and insertions (Myers, "An O(ND) Difference Algorithm", 1986). */
function shortest(a: readonly string[], b: readonly string[]): DiffLine[] {
	const trace: Map<number, number>[] = [];
	let furthest = new Map<number, number>([[1, 0]]);
	const at = (map: ReadonlyMap<number, number>, k: number): number => map.get(k) ?? -1;
	const isDown = (map: ReadonlyMap<number, number>, k: number, d: number): boolean =>
		k === -d || (k !== d && at(map, k - 1) < at(map, k + 1));
	for (let d = 0; d <= Math.min(a.length + b.length, maxEdits); d++) {
		trace.push(furthest);
		const next = new Map(furthest);
		for (let k = -d; k <= d; k += 2) {
			let x = isDown(furthest, k, d) ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
			while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
			next.set(k, x);
			if (x >= a.length && x - k >= b.length) return backtrack(a, b, trace);
		}
		furthest = next;
	}
	return [...a.map(as('removed')), ...b.map(as('added'))];

	function backtrack(
		left: readonly string[],
		right: readonly string[],
		steps: readonly ReadonlyMap<number, number>[],
	): DiffLine[] {
		const found: DiffLine[] = [];
		let x = left.length;
		let y = right.length;
		for (let d = steps.length - 1; d >= 0; d--) {
			const map = steps[d] ?? new Map<number, number>();
			const k = x - y;
			const down = isDown(map, k, d);
			const fromX = d === 0 ? 0 : at(map, down ? k + 1 : k - 1);
			const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
			while (x > fromX && y > fromY && x > 0 && y > 0 && left[x - 1] === right[y - 1]) {
				found.push({ kind: 'same', text: left[x - 1] ?? '' });
				x--;
				y--;
			}
			if (d === 0) break;
			if (down) found.push({ kind: 'added', text: right[y - 1] ?? '' });
			else found.push({ kind: 'removed', text: left[x - 1] ?? '' });
			x = fromX;
			y = fromY;
		}
		return found.reverse();
	}
}

function hunksOf(lines: readonly DiffLine[]): DiffHunk[] {
	const hunks: DiffHunk[] = [];
	const changed = lines.flatMap(({ kind }, index) => (kind === 'same' ? [] : [index]));
	let oldLine = 1;
	let newLine = 1;
	let done = 0;
	for (let n = 0; n < changed.length;) {
		const first = changed[n] ?? 0;
		let last = first;
		while (n < changed.length && (changed[n] ?? 0) - last <= 2 * context) last = changed[n++] ?? 0;
		const from = Math.max(done, first - context);
		const to = Math.min(lines.length, last + context + 1);
		for (; done < from; done++) {
			oldLine++;
			newLine++;
		}
		const inside = lines.slice(from, to);
		const oldCount = inside.filter(({ kind }) => kind !== 'added').length;
		const newCount = inside.filter(({ kind }) => kind !== 'removed').length;
		hunks.push({
			oldStart: oldCount === 0 ? oldLine - 1 : oldLine,
			newStart: newCount === 0 ? newLine - 1 : newLine,
			lines: inside,
		});
		oldLine += oldCount;
		newLine += newCount;
		done = to;
	}
	return hunks;
}
