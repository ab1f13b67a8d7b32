import { forbidden, type Core } from '../../core/index.ts';
import { isInList } from './ip.ts';

/** @throws ApiError 403 when the settings name addresses of superusers and this is none of them. */
export function checkSuperuserIp(core: Core, ip: string): void {
	const { superuserIPs } = core.settings;
	if (superuserIPs.length > 0 && !isInList(superuserIPs, ip)) throw forbidden();
}
