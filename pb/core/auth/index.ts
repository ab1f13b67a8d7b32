export { peekClaims, readClaims } from './jwt.ts';
export type { Claims } from './jwt.ts';
export { comparePassword, compareWithNobody, hashPassword, maxPasswordBytes } from './passwords.ts';
export { asAuthRecord, createAuthenticator, issueToken, verifyToken } from './tokens.ts';
export type { Authenticate, FindRecord, TokenExtra, TokenSource, TokenType } from './tokens.ts';
