import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes for what requests leave behind. V8 goes to 130 MB, which makes collections rarer, but hardly cheaper. */
const youngSpace = 16e6;

/**
 * Gives back what loading left behind: 13 MB of 105 that V8 would keep until it needs them. Once, after the start,
 * when a pause of some milliseconds meets nobody. From then on the space for young objects is kept small.
 */
export function trimMemory(): void {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as (options: object) => void;
	collect({ type: 'major', flavor: 'last-resort' });
	setInterval(limitYoungSpace, 500).unref();
}

/** There is a flag for the start of the process only; how much the space grows at a time can be said at any time. */
function limitYoungSpace(): void {
	const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
	const isLarge = (young?.space_size ?? 0) >= youngSpace;
	setFlagsFromString(`--semi-space-growth-factor=${isLarge ? 1 : 2}`);
}
