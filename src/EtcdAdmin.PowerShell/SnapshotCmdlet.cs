using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that read snapshots: what opens those that are encrypted.</summary>
public abstract class SnapshotCmdlet : PlannedCmdlet
{
    private SnapshotSecrets? _secrets;

    /// <summary>What opens an encrypted snapshot: the passphrase it was saved with.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>
    /// What opens an encrypted snapshot: a certificate it was saved for, with its private key. A PEM file that holds both, or with
    /// -CertificateKeyPath the certificate alone; or an X509Certificate2.
    /// </summary>
    [Parameter]
    public CertificateArgument? DecryptionCertificate { get; set; }

    /// <summary>The PEM file of that certificate's private key, where it is not in the same one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateKeyPath { get; set; }

    private protected async Task<OpenSnapshot> OpenAsync(string path, CancellationToken stop) =>
        await SnapshotOpener.OpenAsync(path, await SecretsAsync(stop).ConfigureAwait(false), CoreEvents, stop).ConfigureAwait(false);

    private protected async Task<SnapshotSecrets> SecretsAsync(CancellationToken stop) => _secrets ??= new SnapshotSecrets
    {
        Passphrase = PlainText(Passphrase),
        Certificates = DecryptionCertificate is { } given ? [await ReadAsync(given, stop).ConfigureAwait(false)] : [],
    };

    internal static string? PlainText(SecureString? secret) => secret is null ? null : new NetworkCredential("", secret).Password;

    private async Task<X509Certificate2> ReadAsync(CertificateArgument given, CancellationToken stop) =>
        given.Certificate ?? await SnapshotCertificate.ReadWithKeyAsync(PathOf(given.Path)!, PathOf(CertificateKeyPath), stop).ConfigureAwait(false); // either is given
}
