import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Settings } from '../../core/index.ts';
import type { ApiRequest } from '../types.ts';

/** `::ffff:1.2.3.4` is 1.2.3.4 seen through a dual-stack socket. */
export const plainIp = (address: string): string =>
	address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;

/**
 * The client's address: the last (or first) one of the first trusted header that holds any, else the peer's.
 * Without trusted headers in the settings no header is believed.
 */
export function realIp(
	request: ApiRequest,
	{ headers, useLeftmostIP }: Settings['trustedProxy'],
): string {
	for (const name of headers) {
		const value = request.header(name.toLowerCase());
		if (!value) continue;
		const addresses = value.split(',').map((each) => each.trim());
		if (!useLeftmostIP) addresses.reverse();
		const found = addresses.find((each) => isIP(each) !== 0);
		if (found !== undefined) return plainIp(found);
	}
	return plainIp(request.remoteAddress);
}

const lists = new WeakMap<readonly string[], BlockList>();

/** Whether an address is one of the listed addresses or inside one of the listed subnets. */
export function isInList(entries: readonly string[], address: string): boolean {
	if (entries.length === 0 || isIP(address) === 0) return false;
	let list = lists.get(entries);
	if (!list) lists.set(entries, (list = toBlockList(entries)));
	return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function toBlockList(entries: readonly string[]): BlockList {
	const list = new BlockList();
	for (const entry of entries) {
		const [address = '', bits] = entry.split('/');
		const family = isIP(address);
		if (family === 0) continue;
		const type = family === 6 ? 'ipv6' : 'ipv4';
		const prefix = Number(bits);
		if (bits === undefined) list.addAddress(address, type);
		else if (
			bits !== '' &&
			Number.isInteger(prefix) &&
			prefix >= 0 &&
			prefix <= (family === 6 ? 128 : 32)
		)
			list.addSubnet(address, prefix, type);
	}
	return list;
}
