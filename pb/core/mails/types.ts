import type { StoredRecord } from '../records/record.ts';

export interface Mail {
	readonly to: string;
	readonly subject: string;
	/** Body of the page; the frame is added. */
	readonly html: string;
}

/** The mails of a backend, sent over the SMTP server of its settings. Each rejects when the server refuses. */
export interface Mails {
	/** False when no SMTP server is set: mails are then left out and said so in the log. */
	readonly isEnabled: boolean;
	send(mail: Mail): Promise<void>;
	verification(record: StoredRecord): Promise<void>;
	passwordReset(record: StoredRecord): Promise<void>;
	emailChange(record: StoredRecord, newEmail: string): Promise<void>;
	otp(record: StoredRecord, otpId: string, password: string): Promise<void>;
	/** @param info Where from and when; shown as text. */
	authAlert(record: StoredRecord, info: string): Promise<void>;
}
