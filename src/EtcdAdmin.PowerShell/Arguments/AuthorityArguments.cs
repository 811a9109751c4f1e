using System.Security;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Reads the certificate authority that an operator gives.</summary>
internal static class AuthorityArguments
{
    /// <summary>The authority; null if none is given.</summary>
    /// <param name="path">The file with its certificate.</param>
    /// <param name="keyPath">The file with its key, if that is another one.</param>
    /// <param name="passphrase">The passphrase of the key.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="stop">Cancels the reading.</param>
    /// <exception cref="ArgumentException">Only a key or a passphrase is given.</exception>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static async Task<CertificateAuthority?> ReadAsync(
        string? path, string? keyPath, SecureString? passphrase, TimeProvider clock, CancellationToken stop)
    {
        if (path is not null)
            return await AuthorityFile.ReadAsync(path, keyPath, passphrase.ToPlainText(), clock, stop).ConfigureAwait(false);
        if (keyPath is not null || passphrase is not null)
            throw new ArgumentException("A key or a passphrase of a certificate authority is given, but not its certificate: -CertificateAuthority.");
        return null;
    }
}
