// Node 18 has Web Cryptography, but not as a global, where openid-client looks for it. Import this before that.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
