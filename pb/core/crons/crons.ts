import { Cron, CronError, formatDate } from '../../lib/index.ts';
import { ident, sql } from '../../sql/index.ts';
import { AUTO_PREFIX, generatedName, type Backups } from '../backups/index.ts';
import type { Core } from '../core.ts';
import type { Crons } from './types.ts';

export interface CronsDeps {
	readonly core: Pick<
		Core,
		'store' | 'auxiliary' | 'catalog' | 'settings' | 'log' | 'now' | 'mails'
	>;
	readonly backups: Backups;
	/** What `settings.backups.cron` starts. Default: a backup of this data directory, pruned to `cronMaxKeep`. */
	readonly autoBackup?: (() => Promise<void>) | undefined;
}

/** Id of the job that `settings.backups.cron` schedules. */
export const AUTO_BACKUP_JOB = '__pbAutoBackup__';

const DAY = 86_400_000;

/** The scheduled jobs of one data directory, PocketBase's own under their ids. A job that fails is logged. */
export function createCrons(deps: CronsDeps): Crons {
	const { core } = deps;
	const cron = new Cron({
		now: core.now,
		onError: (id, error) =>
			core.log.write(8, `Failed to run cron job ${id}`, { id, error: String(error) }),
	});
	cron.add('__pbDBOptimize__', '0 0 * * *', async () => {
		await core.store.optimize();
		await core.auxiliary.optimize();
	});
	cron.add('__pbMFACleanup__', '0 * * * *', () => deleteExpired(core, '_mfas', 'mfa'));
	cron.add('__pbOTPCleanup__', '0 * * * *', () => deleteExpired(core, '_otps', 'otp'));
	cron.add('__pbLogsCleanup__', '0 */6 * * *', () => deleteOldLogs(core));
	const autoBackup = deps.autoBackup ?? (() => backUp(deps));

	const refresh = (): void => {
		const expression = core.settings.backups.cron;
		cron.remove(AUTO_BACKUP_JOB);
		if (expression === '') return;
		try {
			cron.add(AUTO_BACKUP_JOB, expression, autoBackup);
		} catch (error) {
			// A directory that other tools wrote may hold anything; the rest must still run.
			if (!(error instanceof CronError)) throw error;
			core.log.write(8, 'The backups schedule is invalid', { expression, error: error.message });
		}
	};
	refresh();
	return {
		refresh,
		start: () => cron.start(),
		stop: () => cron.stop(),
		find: (id) => cron.find(id),
		add: (id, expression, body) => cron.add(id, expression, body),
		jobs() {
			// PocketBase's own come last (apis/cron.go).
			const all = cron.jobs();
			const own = all.filter((job) => !job.id.startsWith('__pb'));
			own.sort((a, b) => (a.id < b.id ? -1 : 1));
			return [...own, ...all.filter((job) => job.id.startsWith('__pb'))];
		},
	};
}

async function backUp({ core, backups }: CronsDeps): Promise<void> {
	const name = generatedName(AUTO_PREFIX, core.settings.meta.appName, core.now());
	try {
		await backups.create(name);
	} catch (error) {
		// Nothing is pruned: good backups outlive bad runs.
		await alertSuperusers(core);
		throw error;
	}
	await backups.prune(AUTO_PREFIX, core.settings.backups.cronMaxKeep);
}

/** A backup that silently stopped is found missing on the day it is needed. */
async function alertSuperusers(core: CronsDeps['core']): Promise<void> {
	if (!core.mails.isEnabled) return;
	const html = '<p>The scheduled backup failed. The log of the server says why.</p>';
	for (const row of await core.store.all(sql`SELECT email FROM ${ident('_superusers')}`)) {
		try {
			await core.mails.send({ to: String(row['email']), subject: 'Autobackup failure', html });
		} catch (error) {
			core.log.write(4, 'Failed to send a backup alert', { error: String(error) });
		}
	}
}

async function deleteOldLogs(core: CronsDeps['core']): Promise<void> {
	const oldest = new Date(core.now().getTime() - core.settings.logs.maxDays * DAY);
	await core.auxiliary.write((tx) =>
		tx.run(sql`DELETE FROM ${ident('_logs')} WHERE ${ident('created')} <= ${formatDate(oldest)}`),
	);
}

/** Deletes the rows of a system collection that are older than their auth collection lets them live. */
async function deleteExpired(
	core: CronsDeps['core'],
	table: '_mfas' | '_otps',
	option: 'mfa' | 'otp',
): Promise<void> {
	const now = core.now().getTime();
	for (const collection of core.catalog.all()) {
		if (collection.type !== 'auth') continue;
		const oldest = new Date(now - collection.auth[option].duration * 1000);
		await core.store.write((tx) =>
			tx.run(sql`DELETE FROM ${ident(table)}
				WHERE ${ident('collectionRef')} = ${collection.id} AND ${ident('created')} < ${formatDate(oldest)}`),
		);
	}
}
