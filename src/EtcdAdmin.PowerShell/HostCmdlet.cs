using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Security;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that are told hosts: how to reach them, named as New-PSSession names it.</summary>
public abstract class HostCmdlet : PlannedCmdlet
{
    private protected const string HostSet = "Host";

    /// <summary>The hosts, as ssh knows them: name, address or alias, also user@host:port.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = HostSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = null!; // mandatory

    /// <summary>The user to log in as; by default what ssh's configuration says, else the same as here. Others than root need sudo.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The port of sshd; by default what ssh's configuration says, else 22.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The private key to log in with; by default ssh's own choice, the agent included.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [Alias("IdentityFilePath")]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>More settings of ssh_config(5), for instance @{ ProxyJump = 'jump.example' }.</summary>
    [Parameter(ParameterSetName = HostSet)]
    public Hashtable? Options { get; set; }

    /// <summary>How long connecting may take: milliseconds or a TimeSpan; by default 10 s.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [Milliseconds]
    public TimeSpan? ConnectingTimeout { get; set; }

    /// <summary>The ssh configuration file to use in place of ~/.ssh/config.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? SshConfigPath { get; set; }

    /// <summary>Takes hosts whose key is not known yet as they are, and remembers their keys. A key that has changed is refused all the same.</summary>
    [Parameter]
    public SwitchParameter AcceptNewHostKey { get; set; }

    /// <summary>User and password to log in with where keys do not do; kept for this session, never saved.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The password for sudo; by default that of -Credential. Kept for this session, never saved.</summary>
    [Parameter]
    public SecureString? SudoPassword { get; set; }

    /// <summary>How the named hosts are reached.</summary>
    /// <exception cref="EtcdException">SpecInvalid: one of them says no way to a host.</exception>
    private protected IReadOnlyList<HostConnection> Connections() => [.. HostName.Select(Connection)];

    /// <summary>Keeps passwords for the session, and lets new keys in where that is asked.</summary>
    private protected void Introduce(IEnumerable<HostConnection> connections)
    {
        foreach (HostConnection connection in connections)
        {
            if (AcceptNewHostKey) SessionHosts.Connections.Accept(connection);
            if (Credential is null && SudoPassword is null) continue;
            string sudo = SudoPassword is null ? "" : new NetworkCredential("", SudoPassword).Password;
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
        };
    }

    private IReadOnlyDictionary<string, string>? TextOptions() => Options?.Cast<DictionaryEntry>().ToDictionary(
        option => Convert.ToString(option.Key, CultureInfo.InvariantCulture) ?? "",
        option => Convert.ToString(option.Value, CultureInfo.InvariantCulture) ?? "",
        StringComparer.OrdinalIgnoreCase);
}
