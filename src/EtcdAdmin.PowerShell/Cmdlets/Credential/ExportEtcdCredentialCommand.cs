using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Writes a file with all that a client of the cluster needs: a new client certificate with its private key, the CA
/// certificate and the endpoints. The file gives access to the cluster, so protect it like a password.
///
/// By default it is a .tar.gz archive with PEM files, files that set etcdctl's variables in sh, PowerShell and services of systemd,
/// also with the names of etcd's v2 API, and a README. -Format chooses a PKCS#12 file or the manifest of a Kubernetes secret.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod | Export-EtcdCredential -Destination . -UserName app</code>
/// <para>Writes a package for the etcd user app to the current folder.</para>
/// </example>
/// <example>
/// <code>Export-EtcdCredential prod -UserName backup -ValidDays 30 -Format Pkcs12 -Password (Read-Host -AsSecureString)</code>
/// <para>Writes etcd_credentials.p12, with a certificate that is valid for 30 days.</para>
/// </example>
/// <example>
/// <code>Export-EtcdCredential prod -UserName app -Format KubernetesSecret -Namespace shop</code>
/// <para>Writes etcd_credentials.yaml, for kubectl apply: a secret of type kubernetes.io/tls with ca.crt, tls.crt, tls.key and endpoints.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdCredential", SupportsShouldProcess = true)]
[OutputType(typeof(CredentialPackageInfo))]
public sealed class ExportEtcdCredentialCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster, with TLS.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// The folder or file to write to. In a folder the file is named etcd_credentials.tar.gz, .p12 or .yaml. Default: the current
    /// folder.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>
    /// The common name of the certificate. If authentication is enabled, give the name of an etcd user. Default: a generated
    /// name.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>
    /// The days that the certificate is valid, not more than the authority's. Default: 365, or less if the authority expires
    /// before.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 36500)]
    public int? ValidDays { get; set; }

    /// <summary>The type of the private key. Default: ECDSA with P-256. Old Java programs need RSA.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>
    /// The kind of file: Archive (.tar.gz; Connect-EtcdCluster reads it), Pkcs12 (.p12) or KubernetesSecret (.yaml). Default:
    /// Archive.
    /// </summary>
    [Parameter]
    public CredentialFormat Format { get; set; }

    /// <summary>The password of a PKCS#12 file, which needs one.</summary>
    [Parameter]
    public SecureString? Password { get; set; }

    /// <summary>
    /// The algorithms of a PKCS#12 file: Modern (AES-256, SHA-256) or Legacy (triple DES, SHA-1), for programs older than
    /// OpenSSL 1.1, Java 8u301 and Windows Server 2019. Default: Modern.
    /// </summary>
    [Parameter]
    public Pkcs12Encryption Encryption { get; set; }

    /// <summary>The name of a Kubernetes secret. Default: etcd-credentials.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    /// <summary>The namespace of a Kubernetes secret. Default: that of kubectl's context.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        var request = new CredentialRequest
        {
            UserName = UserName,
            Validity = ValidDays is { } days ? TimeSpan.FromDays(days) : null,
            KeyAlgorithm = KeyAlgorithm,
            Format = Format,
            Password = Password.ToPlainText(),
            Encryption = Encryption,
            SecretName = SecretName,
            Namespace = Namespace,
            Overwrite = Force,
        };
        request.Check(); // also under -WhatIf
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string destination = PathOf(Destination)!; // null only for null
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Issue client certificate and export it to {destination}").ConfigureAwait(false))
            return;
        CredentialPackageInfo package = await new CredentialExporter(Admin)
            .ExportAsync(cluster, destination, request, stop).ConfigureAwait(false);
        await WriteAsync(package).ConfigureAwait(false);
    }
}
