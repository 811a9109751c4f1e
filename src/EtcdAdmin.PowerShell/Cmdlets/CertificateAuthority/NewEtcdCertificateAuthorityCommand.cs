using System.Management.Automation;
using System.Security;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Makes a certificate authority in two files: its certificate (ca.crt), which members and clients trust, and its private key
/// (ca.key), which only you can read. Give it to Install-EtcdCluster, Update-EtcdCertificateAuthority or New-EtcdCertificate. A
/// cluster that is installed without one gets an authority of its own.
/// </summary>
/// <example>
/// <code>New-EtcdCertificateAuthority 'prod etcd CA' ./ca -Passphrase (Read-Host -AsSecureString)</code>
/// <para>Makes ./ca/ca.crt and ./ca/ca.key. The key is encrypted.</para>
/// </example>
/// <example>
/// <code>New-EtcdCertificateAuthority 'CN=etcd peers, O=Example' ./ca -FileName peer-ca -KeyAlgorithm EcdsaP384 -ValidDays 1825</code>
/// <para>Makes an authority for the connections between members, with a P-384 key, valid for five years.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdCertificateAuthority", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificateFile))]
public sealed class NewEtcdCertificateAuthorityCommand : AdminCmdlet
{
    /// <summary>Its common name, or its distinguished name such as 'CN=prod etcd CA, O=Example'.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Subject { get; set; } = null!; // mandatory

    /// <summary>The folder for the files. It is created if it does not exist. Default: the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>The names of the files without .crt and .key. Default: ca.</summary>
    [Parameter]
    [ValidatePattern("^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
    public string FileName { get; set; } = "ca";

    /// <summary>The type of its private key: EcdsaP256, EcdsaP384, Rsa2048, Rsa3072 or Rsa4096. Default: EcdsaP256.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>The days that it is valid. Certificates end with it at the latest. Default: 3650.</summary>
    [Parameter]
    [ValidateRange(1, 36500)]
    public int ValidDays { get; set; } = (int)CertificateAuthority.DefaultValidity.TotalDays;

    /// <summary>
    /// How far the start of its validity is dated back, for hosts with slow clocks: minutes or a TimeSpan. Default: 5 minutes.
    /// </summary>
    [Parameter]
    [Minutes]
    public TimeSpan? Backdate { get; set; }

    /// <summary>Encrypts its private key (AES-256). Default: the key is not encrypted.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>Replaces existing files. A key that is replaced is lost, and the certificates of its authority cannot be renewed.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        string destination = PathOf(Destination)!; // null only for null
        if (!await ShouldProcessAsync(destination, $"Make certificate authority '{Subject}'").ConfigureAwait(false)) return;
        var spec = new AuthoritySpec
        {
            Subject = Subject,
            KeyAlgorithm = KeyAlgorithm,
            Validity = TimeSpan.FromDays(ValidDays),
            Backdate = Backdate ?? CertificateAuthority.ClockSkew,
        };
        await WriteAsync(await new AuthorityMaker(Admin)
            .MakeAsync(spec, destination, FileName, Passphrase.ToPlainText(), Force, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
