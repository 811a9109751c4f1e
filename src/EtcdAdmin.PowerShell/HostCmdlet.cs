using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The base of the cmdlets that take hosts and log in to them. The parameters have the names that New-PSSession uses.
/// </summary>
public abstract class HostCmdlet : PlannedCmdlet
{
    private protected const string HostSet = "Host";

    /// <summary>The hosts to connect to, as ssh knows them: a name, an address, an alias, or user@host:port.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = HostSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = null!; // mandatory

    /// <summary>
    /// The user to log in as. A user other than root needs sudo. Default: the user in the ssh configuration, else your own user
    /// name.
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The port of sshd, 1 to 65535. Default: the port in the ssh configuration, else 22.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>
    /// The file with the private key to log in with. Default: the keys that ssh chooses, including those of the agent.
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    [Alias("IdentityFilePath")]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>Additional ssh options, by their ssh_config(5) names, for instance @{ ProxyJump = 'jump.example' }.</summary>
    [Parameter(ParameterSetName = HostSet)]
    public Hashtable? Options { get; set; }

    /// <summary>
    /// How long connecting to a host may take: milliseconds (unlike -Timeout, which takes seconds) or a TimeSpan. Default: 10 s
    /// (10000).
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    [Milliseconds]
    public TimeSpan? ConnectingTimeout { get; set; }

    /// <summary>The ssh configuration file to use instead of ~/.ssh/config.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? SshConfigPath { get; set; }

    /// <summary>
    /// What connects to the hosts: OpenSsh (the ssh program of this machine) or SshNet (a library inside the module, which needs no
    /// program). Default: the environment variable ETCDADMIN_SSH_TRANSPORT; else ssh if there is one that can share a connection
    /// between commands, which Windows' cannot; else SshNet. about_EtcdHosts lists what only one of them can do.
    /// </summary>
    [Parameter(ParameterSetName = HostSet)]
    public SshTransport? SshTransport { get; set; }

    /// <summary>
    /// Accepts and remembers the key of a host that ssh does not know yet. Use it for the first connection to a host. A changed
    /// key is always refused.
    /// </summary>
    [Parameter]
    public SwitchParameter AcceptNewHostKey { get; set; }

    /// <summary>
    /// The user and password to log in with by ssh, for hosts that do not accept your key; not an etcd user. The password is kept
    /// in memory for this session and never saved.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// The password for sudo. It is kept in memory for this session and never saved. Default: the password of -Credential.
    /// </summary>
    [Parameter]
    public SecureString? SudoPassword { get; set; }

    /// <summary>How to reach the hosts of -HostName.</summary>
    /// <exception cref="EtcdException">SpecInvalid: an entry does not name a host.</exception>
    private protected IReadOnlyList<HostConnection> Connections() => [.. HostName.Select(Connection)];

    /// <summary>Keeps passwords for the session, and accepts new host keys if -AcceptNewHostKey is given.</summary>
    private protected void Introduce(IEnumerable<HostConnection> connections)
    {
        foreach (HostConnection connection in connections)
        {
            if (AcceptNewHostKey) SessionHosts.Connections.Accept(connection);
            if (Credential is null && SudoPassword is null) continue;
            string sudo = SudoPassword.ToPlainText() ?? "";
            SessionHosts.Connections.Remember(connection, new HostSecrets(Credential?.GetNetworkCredential().Password, sudo));
        }
    }

    private HostConnection Connection(string host)
    {
        HostConnection given = HostConnection.Parse(host);
        return given with
        {
            UserName = given.UserName ?? UserName ?? Credential?.UserName,
            Port = given.Port ?? Port,
            KeyFilePath = PathOf(KeyFilePath),
            Options = TextOptions(),
            ConnectingTimeout = ConnectingTimeout,
            ConfigPath = PathOf(SshConfigPath),
            Transport = SshTransport,
        };
    }

    private IReadOnlyDictionary<string, string>? TextOptions() => Options?.Cast<DictionaryEntry>().ToDictionary(
        option => Convert.ToString(option.Key, CultureInfo.InvariantCulture) ?? "",
        option => Convert.ToString(option.Value, CultureInfo.InvariantCulture) ?? "",
        StringComparer.OrdinalIgnoreCase);
}
