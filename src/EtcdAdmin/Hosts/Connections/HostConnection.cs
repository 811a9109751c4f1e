using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Local;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>How a host is reached: this machine, or another one through the system's OpenSSH client.</summary>
/// <remarks>
/// Plain data, saved in cluster profiles; secrets are never part of it. What is left out is what <c>ssh</c> would take: the
/// operator's <c>~/.ssh/config</c>, agent and jump hosts apply. Every property refuses values that could be taken for an option
/// or reach a shell (EtcdException SpecInvalid).
/// </remarks>
public sealed record HostConnection
{
    /// <summary>How long connecting may take where nothing else is said.</summary>
    public static readonly TimeSpan DefaultConnectingTimeout = TimeSpan.FromSeconds(10);

    /// <summary>This machine, without ssh.</summary>
    public static HostConnection Local { get; } = new() { HostName = LocalHost.LocalName };

    /// <summary>
    /// A name, an address (IPv6 without brackets) or an alias of the ssh configuration. <c>localhost</c> is this machine and is
    /// never reached by ssh; <c>127.0.0.1</c> is.
    /// </summary>
    public required string HostName
    {
        get;
        init => field = HostConnectionRules.CheckHostName(value);
    }

    /// <summary>Whom to log in as; null leaves it to ssh: its configuration, else the operator's own name.</summary>
    public string? UserName
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckUserName(value);
    }

    /// <summary>1 to 65535; null leaves it to ssh: its configuration, else 22.</summary>
    public int? Port
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckPort(value.Value);
    }

    /// <summary>A private key file of this machine, then the only key that is tried; null leaves the choice to ssh.</summary>
    public string? KeyFilePath
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckPath(value, "key file");
    }

    /// <summary>
    /// More settings of <c>ssh_config(5)</c>, name to value (<c>ProxyJump</c> to <c>jump.example</c>); null is none. They go
    /// before the ssh configuration. Those that EtcdAdmin sets itself are refused.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Options
    {
        get;
        init => field = value is null ? null : SshOptionRules.Check(value);
    }

    /// <summary>
    /// How long reaching the host, proving who it is and being let in may take together; null is
    /// <see cref="DefaultConnectingTimeout"/>. Whole seconds, at least one; ssh knows no finer ones.
    /// </summary>
    public TimeSpan? ConnectingTimeout
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckTimeout(value.Value);
    }

    /// <summary>The ssh configuration file to use in place of <c>~/.ssh/config</c>; null is that one.</summary>
    public string? ConfigPath
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckPath(value, "ssh configuration file");
    }

    /// <summary>This machine, reached without ssh.</summary>
    [JsonIgnore]
    public bool IsLocal => HostName == LocalHost.LocalName;

    /// <summary>
    /// Reads <c>host</c>, <c>user@host</c>, <c>host:port</c>, <c>user@host:port</c>, <c>[ipv6]:port</c>, a bare IPv6 address, or
    /// <c>ssh://user@host:port</c>.
    /// </summary>
    /// <exception cref="EtcdException">SpecInvalid: it is none of these; the message says why.</exception>
    public static HostConnection Parse(string text) => HostConnectionParser.Parse(text);

    /// <summary>Same way to the same host; options count by name and value, in any order.</summary>
    public bool Equals(HostConnection? other) =>
        other is not null
        && HostName == other.HostName
        && UserName == other.UserName
        && Port == other.Port
        && KeyFilePath == other.KeyFilePath
        && ConnectingTimeout == other.ConnectingTimeout
        && ConfigPath == other.ConfigPath
        && SshOptionRules.AreSame(Options, other.Options);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(HostName, UserName, Port, KeyFilePath, ConnectingTimeout, ConfigPath, Options?.Count ?? 0);

    /// <summary>As <see cref="Parse"/> reads it: <c>user@host:port</c> with the parts that are set.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (UserName is not null) text.Append(UserName).Append('@');
        bool bracketed = Port is not null && HostName.Contains(':', StringComparison.Ordinal);
        text.Append(bracketed ? $"[{HostName}]" : HostName);
        if (Port is { } port) text.Append(CultureInfo.InvariantCulture, $":{port}");
        return text.ToString();
    }
}
