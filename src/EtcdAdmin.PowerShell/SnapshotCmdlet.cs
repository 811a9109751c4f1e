using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that read snapshots: the parameters that decrypt them.</summary>
public abstract class SnapshotCmdlet : PlannedCmdlet
{
    private SnapshotSecrets? _secrets;

    /// <summary>The passphrase of an encrypted snapshot.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>
    /// The certificate that a snapshot was encrypted for, with its private key: an X509Certificate2, or a PEM file. Use
    /// -CertificateKeyPath if the private key is in another file.
    /// </summary>
    [Parameter]
    public CertificateArgument? DecryptionCertificate { get; set; }

    /// <summary>The PEM file with the private key of -DecryptionCertificate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateKeyPath { get; set; }

    private protected async Task<OpenSnapshot> OpenAsync(string path, CancellationToken stop) =>
        await SnapshotOpener.OpenAsync(path, await SecretsAsync(stop).ConfigureAwait(false), CoreEvents, stop).ConfigureAwait(false);

    private protected async Task<SnapshotSecrets> SecretsAsync(CancellationToken stop) => _secrets ??= new SnapshotSecrets
    {
        Passphrase = Passphrase.ToPlainText(),
        Certificates = DecryptionCertificate is { } given ? [await ReadAsync(given, stop).ConfigureAwait(false)] : [],
    };

    private async Task<X509Certificate2> ReadAsync(CertificateArgument given, CancellationToken stop) =>
        // Either is given.
        given.Certificate ?? await SnapshotCertificate.ReadWithKeyAsync(PathOf(given.Path)!, PathOf(CertificateKeyPath), stop).ConfigureAwait(false);
}
