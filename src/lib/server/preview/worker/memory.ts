import { readFile } from 'node:fs/promises';

const pageBytes = 4096;

async function residentBytes(pid: number): Promise<number> {
	const statm = await readFile(`/proc/${String(pid)}/statm`, 'utf8');
	return Number(statm.split(' ')[1] ?? 0) * pageBytes;
}

/** Children of a process: esbuild runs beside the compiler. */
async function childrenOf(pid: number): Promise<number[]> {
	const id = String(pid);
	const list = await readFile(`/proc/${id}/task/${id}/children`, 'utf8');
	return list.split(' ').filter(Boolean).map(Number);
}

/** Resident bytes of a process and its children; 0 where the system does not say. */
export async function memoryOf(pid: number): Promise<number> {
	try {
		const pids = [pid, ...(await childrenOf(pid))];
		const sizes = await Promise.all(pids.map((one) => residentBytes(one).catch(() => 0)));
		return sizes.reduce((sum, size) => sum + size, 0);
	} catch {
		return 0;
	}
}
