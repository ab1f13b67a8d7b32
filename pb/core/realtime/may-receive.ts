import type { Rule } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { passingIds } from '../records/access.ts';
import type { StoredRecord } from '../records/record.ts';
import type { RequestInfo } from '../request-info.ts';
import { compileRules } from '../rules/index.ts';

/**
 * Whether a listener may hear of a record: the rule of the topic AND the filter of the subscription, as for a request.
 * A rule or filter that cannot be compiled lets nothing through.
 */
export async function mayReceive(
	core: Core,
	{ collection, data }: StoredRecord,
	rule: Rule,
	info: RequestInfo,
): Promise<boolean> {
	const isSuperuser = info.auth?.isSuperuser === true;
	if (rule === null && !isSuperuser) return false;
	const rules = isSuperuser || rule === null || rule === '' ? [] : [rule];
	const filter = info.query['filter'] === '' ? undefined : info.query['filter'];
	if (rules.length === 0 && filter === undefined) return true;
	const id = String(data['id']);
	try {
		const compiled = compileRules({
			catalog: core.catalog,
			collection,
			request: info,
			now: core.now(),
			rules,
			filter,
		});
		return (await passingIds(core, collection, [id], compiled)).has(id);
	} catch (error) {
		core.log.write(-4, 'A realtime rule could not be applied', { error: String(error) });
		return false;
	}
}
