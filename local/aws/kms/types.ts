/** The parts of KMS's inputs and outputs that the stand-in knows, as in `@aws-sdk/client-kms`, which the platform does
 *  not depend on yet. */
export interface EncryptInput {
  KeyId?: string;
  Plaintext?: Uint8Array;
  EncryptionContext?: Record<string, string>;
}

export interface EncryptOutput {
  CiphertextBlob: Uint8Array;
  KeyId: string;
  EncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
}

export interface DecryptInput {
  CiphertextBlob?: Uint8Array;
  KeyId?: string;
  EncryptionContext?: Record<string, string>;
}

export interface DecryptOutput {
  Plaintext: Uint8Array;
  KeyId: string;
  EncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
}

export interface GenerateDataKeyInput {
  KeyId?: string;
  KeySpec?: 'AES_256' | 'AES_128';
  NumberOfBytes?: number;
  EncryptionContext?: Record<string, string>;
}

export interface GenerateDataKeyOutput {
  CiphertextBlob: Uint8Array;
  Plaintext: Uint8Array;
  KeyId: string;
}
