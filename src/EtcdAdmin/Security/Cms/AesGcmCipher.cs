using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EtcdAdmin.Security.Cms;

/// <summary>AES-GCM that processes data of any length piece by piece.</summary>
internal static class AesGcmCipher
{
    /// <param name="forEncryption">False to decrypt.</param>
    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="nonce">Never used twice with one key.</param>
    /// <param name="tagSize">Bytes of the tag.</param>
    public static GcmBlockCipher Create(bool forEncryption, byte[] key, byte[] nonce, int tagSize)
    {
        var cipher = new GcmBlockCipher(AesUtilities.CreateEngine()); // with the processor's AES instructions, where it has them
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(key), tagSize * 8, nonce));
        return cipher;
    }
}
