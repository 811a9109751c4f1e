using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Diagnosis.Handshakes;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Tests TLS with endpoints, and says in words what works or what is wrong: of all members of a cluster, with its own trust and client
/// certificate, or of any endpoints, with files. For each endpoint it gets the version of TLS, the cipher suite, the certificates as the server
/// sends them, their names, usages and dates, and whether the server asks for a client certificate or requires one. Dates are checked by this
/// machine's clock and by the server's. An endpoint that fails does not hide the others. Nothing is changed, and no password is sent.
///
/// For parameters that are not given with -Endpoint, the command uses etcdctl's environment variables, as Connect-EtcdCluster does.
/// </summary>
/// <example>
/// <code>Test-EtcdTls prod</code>
/// <para>Tests TLS with all members of the cluster prod.</para>
/// </example>
/// <example>
/// <code>Test-EtcdTls -Endpoint https://n1:2379, https://n2:2379 -CaFile ca.crt -CertificateFile me.crt -KeyFile me.key | Format-List</code>
/// <para>Tests two endpoints with certificates from files, and shows everything about them.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Test-EtcdTls | Where-Object Passed -eq $false</code>
/// <para>Shows the endpoints of all saved clusters that this machine cannot use with TLS.</para>
/// </example>
/// <example>
/// <code>(Test-EtcdTls prod)[0].Chain | Format-Table Subject, Issuer, NotAfter, ExtendedKeyUsages</code>
/// <para>Shows the certificates that the first endpoint sends.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdTls", DefaultParameterSetName = "Cluster")]
[OutputType(typeof(EtcdTlsResult))]
public sealed class TestEtcdTlsCommand : AdminCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Cluster", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Client URLs; host:port means https if a CA file or a certificate is given, else http.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Endpoint")]
    [ValidateNotNullOrEmpty]
    public string[] Endpoint { get; set; } = null!; // mandatory

    /// <summary>The file with the certificates to trust: PEM, DER or PKCS#12. Default: the authorities of this system.</summary>
    [Parameter(ParameterSetName = "Endpoint")]
    [ValidateNotNullOrEmpty]
    public string? CaFile { get; set; }

    /// <summary>
    /// The file with the client certificate, and with those of intermediate authorities: PEM, DER or PKCS#12. Default: none is offered.
    /// </summary>
    [Parameter(ParameterSetName = "Endpoint")]
    [ValidateNotNullOrEmpty]
    public string? CertificateFile { get; set; }

    /// <summary>The file with the private key of the client certificate. Default: the file of the certificate, if it has the key.</summary>
    [Parameter(ParameterSetName = "Endpoint")]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>The passphrase of the private key, or of the PKCS#12 file.</summary>
    [Parameter(ParameterSetName = "Endpoint")]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>The verdict names a certificate that is valid for fewer days. Default: 30.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int WarnDays { get; set; } = HealthOptions.DefaultWarnDays;

    /// <summary>How long a connection may take: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        var tester = new TlsTester(Admin, Timeout ?? new HealthOptions().Timeout, WarnDays);
        await WritePageAsync(ParameterSetName == "Endpoint"
            ? await tester.TestAsync(Request(), stop).ConfigureAwait(false)
            : await tester.TestAsync(await FindAsync(Cluster, stop).ConfigureAwait(false), stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private ConnectRequest Request() => new()
    {
        Endpoints = Endpoint,
        CaFile = PathOf(CaFile),
        CertificateFile = PathOf(CertificateFile),
        KeyFile = PathOf(KeyFile),
        Passphrase = Passphrase.ToPlainText(),
        Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath, // where etcdctl would be started
    };
}
