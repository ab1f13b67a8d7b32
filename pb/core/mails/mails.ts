import { issueToken, type TokenExtra, type TokenType } from '../auth/index.ts';
import type { AuthOptions, MailTemplate } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { StoredRecord } from '../records/record.ts';
import { escapeHtml, fillTemplate, frame } from './render.ts';
import type { Mail, Mails } from './types.ts';

/** Milliseconds until an SMTP server that does not answer counts as broken. */
const timeout = 15_000;

/** Creates the mails of a backend. @param core A function, because the core holds the mails. */
export function createMails(core: () => Core): Mails {
	const send = (mail: Mail): Promise<void> => deliver(core(), mail);

	const fromTemplate = async (
		record: StoredRecord,
		to: string,
		pick: (auth: AuthOptions) => MailTemplate,
		extra: Readonly<Record<string, string>>,
	): Promise<void> => {
		const { collection } = record;
		if (collection.type !== 'auth') throw new TypeError('mails are for auth records');
		const { meta } = core().settings;
		await send({ to, ...fillTemplate(pick(collection.auth), record, meta, extra) });
	};

	const withToken = async (
		record: StoredRecord,
		type: TokenType,
		pick: (auth: AuthOptions) => MailTemplate,
		to = emailOf(record),
		extra?: TokenExtra,
	): Promise<void> =>
		fromTemplate(record, to, pick, {
			TOKEN: await issueToken(record, type, core().now(), extra),
		});

	return {
		get isEnabled() {
			return core().settings.smtp.enabled;
		},
		send,
		verification: (record) =>
			withToken(record, 'verification', (auth) => auth.verificationTemplate),
		passwordReset: (record) =>
			withToken(record, 'passwordReset', (auth) => auth.resetPasswordTemplate),
		emailChange: (record, newEmail) =>
			withToken(record, 'emailChange', (auth) => auth.confirmEmailChangeTemplate, newEmail, {
				newEmail,
			}),
		otp: (record, otpId, password) =>
			fromTemplate(record, emailOf(record), (auth) => auth.otp.emailTemplate, {
				OTP: password,
				OTP_ID: otpId,
			}),
		authAlert: (record, info) =>
			fromTemplate(record, emailOf(record), (auth) => auth.authAlert.emailTemplate, {
				ALERT_INFO: escapeHtml(info),
			}),
	};
}

const emailOf = (record: StoredRecord): string => {
	const email = record.data['email'];
	return typeof email === 'string' ? email : '';
};

async function deliver({ settings, log }: Core, mail: Mail): Promise<void> {
	const { smtp, meta } = settings;
	if (!smtp.enabled) {
		log.write(4, 'A mail was not sent: there is no SMTP server in the settings.', {
			subject: mail.subject,
		});
		return;
	}
	// Loaded with the first mail: it would cost start time and memory of every server.
	const { createTransport } = await import('nodemailer');
	const transport = createTransport({
		host: smtp.host,
		port: smtp.port,
		secure: smtp.tls,
		name: smtp.localName === '' ? 'localhost' : smtp.localName,
		connectionTimeout: timeout,
		greetingTimeout: timeout,
		socketTimeout: timeout,
		...(smtp.username !== '' || smtp.password !== ''
			? {
					auth: { user: smtp.username, pass: smtp.password },
					authMethod: smtp.authMethod === 'LOGIN' ? 'LOGIN' : 'PLAIN',
				}
			: {}),
	});
	try {
		await transport.sendMail({
			from: { name: meta.senderName, address: meta.senderAddress },
			to: { name: '', address: mail.to },
			subject: mail.subject,
			html: frame(mail.html),
			// Nothing in a mail is fetched or read from disk on its behalf.
			disableFileAccess: true,
			disableUrlAccess: true,
		});
	} finally {
		transport.close();
	}
}
