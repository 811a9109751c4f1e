using System.Security;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
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
    /// <param name="parameter">The parameter for the certificate.</param>
    /// <exception cref="ArgumentException">Only a key or a passphrase is given.</exception>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static async Task<CertificateAuthority?> ReadAsync(
        string? path, string? keyPath, SecureString? passphrase, TimeProvider clock, CancellationToken stop,
        string parameter = "CertificateAuthority")
    {
        if (path is not null)
            return await AuthorityFile.ReadAsync(path, keyPath, passphrase.ToPlainText(), clock, stop).ConfigureAwait(false);
        if (keyPath is not null || passphrase is not null)
            throw new ArgumentException($"A key or a passphrase of a certificate authority is given, but not its certificate: -{parameter}.");
        return null;
    }

    /// <summary>The authority, with its key or with certificates that it signed elsewhere.</summary>
    /// <param name="path">The file with its certificate.</param>
    /// <param name="keyPath">The file with its key, if that is another one.</param>
    /// <param name="passphrase">The passphrase of the key.</param>
    /// <param name="signed">The folder with certificates that it signed, if its key is elsewhere.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="stop">Cancels the reading.</param>
    /// <exception cref="ArgumentException">Only a key, a passphrase or a folder is given, or a key and a folder.</exception>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static async Task<GivenAuthority> ReadAsync(
        string? path, string? keyPath, SecureString? passphrase, string? signed, TimeProvider clock, CancellationToken stop)
    {
        if (signed is null) return new GivenAuthority(await ReadAsync(path, keyPath, passphrase, clock, stop).ConfigureAwait(false), Signed: null);
        if (path is null)
        {
            throw new ArgumentException(
                "Certificates that were signed elsewhere (-CertificatePath) need the certificate of their root authority: -CertificateAuthority.");
        }

        if (keyPath is not null || passphrase is not null)
        {
            throw new ArgumentException(
                "-CertificatePath is for an authority whose key is elsewhere. Leave out -CertificatePath, or the key and the passphrase.");
        }

        return new GivenAuthority(Issuing: null, new SignedRequest(path, signed));
    }
}

/// <summary>The authority that an operator gives; both are null if none is given.</summary>
/// <param name="Issuing">An authority with its key.</param>
/// <param name="Signed">An authority whose key is elsewhere, and the certificates that it signed.</param>
internal sealed record GivenAuthority(CertificateAuthority? Issuing, SignedRequest? Signed) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Issuing?.Dispose();
}
