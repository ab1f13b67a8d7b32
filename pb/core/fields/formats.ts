import { isIP } from 'node:net';
import { matchesPattern } from './patterns.ts';

/* Formats that the Go validators behind PocketBase accept (ozzo-validation `is`, govalidator). */

const letters = '\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF';
const atom = `[\\w!#$%&'*+/=?^\`{|}~${letters}-]+`;
const fold = '(?:(?:[ \\t]*\\r\\n)?[ \\t]+)?';
// One character between the quotes is all that the original lets through.
const quoted = `"${fold}(?:[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x21\\x23-\\x5b\\x5d-\\x7f${letters}]|\\([\\x01-\\x09\\x0b-\\x7f])${fold}"`;
// The middle of a label may hold dots, so one label stands for any number of them; that keeps matching linear.
const labels = `[a-zA-Z\\d${letters}](?:[a-zA-Z\\d._~${letters}-]*[a-zA-Z\\d${letters}])?`;
const topLevel = `[a-zA-Z${letters}](?:[a-zA-Z\\d_~${letters}-]*[a-zA-Z${letters}])?`;
const email = new RegExp(`^(?:${atom}(?:\\.${atom})*|${quoted})@${labels}\\.${topLevel}\\.?$`);

export const isEmail = (value: string): boolean => email.test(value);

const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{1,63}$/i;
export const isDomain = (value: string): boolean => value.length <= 255 && domain.test(value);

const dnsName = /^[a-z0-9_][a-z0-9_-]{0,62}(?:\.[a-z0-9_][a-z0-9_-]{0,62})*[._]?$/i;
/** An IP address or a DNS name. */
export const isHost = (value: string): boolean =>
	isIP(value) !== 0 || (value.replaceAll('.', '').length <= 255 && dnsName.test(value));

export const isHexColor = (value: string): boolean =>
	/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value);

/** An address or a CIDR range. */
export function isIpOrSubnet(value: string): boolean {
	const [address = '', bits, ...rest] = value.split('/');
	const family = isIP(address);
	if (family === 0 || rest.length > 0) return false;
	if (bits === undefined) return true;
	return (
		/^(?:0|[1-9]\d{0,2})$/.test(bits) &&
		Number(bits) <= (family === 4 ? 32 : 128) &&
		!address.includes('%')
	);
}

const octet = '(?:\\d{1,2}|1\\d\\d|2[0-4]\\d|25[0-5])';
const firstOctet = '(?:[1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3]|24\\d|25[0-5])';
const wide = 'a-zA-Z0-9\\x{00a1}-\\x{ffff}';
const urlPattern =
	'^(?:(?:ftp|tcp|udp|wss?|https?)://)?(?:\\S+(?::\\S*)?@)?' +
	`(?:${firstOctet}(?:\\.${octet}){2}\\.${octet}|\\[[0-9a-fA-F:.%]+\\]|` +
	'(?:[a-zA-Z0-9](?:[\\w-]+)?[a-zA-Z0-9](?:[-.][a-zA-Z0-9]+)*|www\\.|' +
	'[a-zA-Z0-9]+(?:[-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\\.[a-zA-Z0-9]+)?' +
	`(?:[${wide}]+-?-?)*[${wide}]+(?:\\.[a-zA-Z\\x{00a1}-\\x{ffff}]+)?)\\.?` +
	'(?::\\d{1,5})?(?:[/?#]\\S*)?$';

/** Scheme and host optional, as in PocketBase; run in the linear engine because the form is ambiguous. */
export async function isUrl(value: string): Promise<boolean> {
	if (value.length <= 3 || value.length >= 2083 || value.startsWith('.')) return false;
	if (/%(?![0-9a-f]{2})/i.test(value.split('?')[0] ?? '') || hasControl(value)) return false;
	const host = urlHost(value.includes(':') && !value.includes('://') ? `http://${value}` : value);
	if (host.startsWith('.') || (host === '' && !value.includes('.'))) return false;
	if (/^\[.*\]/.test(host) && isIP(host.slice(1, host.indexOf(']')).split('%')[0] ?? '') !== 6)
		return false;
	return matchesPattern(urlPattern, value);
}

const hasControl = (value: string): boolean => {
	for (let i = 0; i < value.length; i++) {
		const code = value.charCodeAt(i);
		if (code < 32 || code === 127) return true;
	}
	return false;
};

/** Host with port of an absolute URL; empty without a scheme. */
export function urlHost(value: string): string {
	const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(value)?.[1] ?? '';
	return authority.slice(authority.lastIndexOf('@') + 1);
}
