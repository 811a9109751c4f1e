using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Local;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>The connection settings of a host: this machine, or another one through SSH.</summary>
/// <remarks>Plain data, saved in cluster profiles, without secrets. For settings that are left out, <c>ssh</c>'s own apply: the operator's
/// <c>~/.ssh/config</c>, agent and jump hosts. Every property refuses values that could be read as an option or reach a shell (EtcdException
/// SpecInvalid).</remarks>
public sealed record HostConnection
{
    /// <summary>The default time limit for connecting.</summary>
    public static readonly TimeSpan DefaultConnectingTimeout = TimeSpan.FromSeconds(10);

    /// <summary>This machine, without ssh.</summary>
    public static HostConnection Local { get; } = new() { HostName = LocalHost.LocalName };

    /// <summary>A name, an address (IPv6 without brackets) or an alias of the ssh configuration. <c>localhost</c> is this machine and is never
    /// reached through ssh; <c>127.0.0.1</c> is.</summary>
    public required string HostName
    {
        get;
        init => field = HostConnectionRules.CheckHostName(value);
    }

    /// <summary>The user to log in as; null leaves it to ssh: its configuration, or else the operator's own name.</summary>
    public string? UserName
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckUserName(value);
    }

    /// <summary>1 to 65535; null leaves it to ssh: its configuration, or else 22.</summary>
    public int? Port
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckPort(value.Value);
    }

    /// <summary>A private key file on this machine, then the only key that is tried; null leaves the choice to ssh.</summary>
    public string? KeyFilePath
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckPath(value, "key file");
    }

    /// <summary>More settings of <c>ssh_config(5)</c>, name to value (<c>ProxyJump</c> to <c>jump.example</c>); null is none. They override the ssh
    /// configuration. Settings that EtcdAdmin sets itself are refused.</summary>
    public IReadOnlyDictionary<string, string>? Options
    {
        get;
        init => field = value is null ? null : SshOptionRules.Check(value);
    }

    /// <summary>The time limit for connecting, checking the host key and logging in together; null is <see cref="DefaultConnectingTimeout"/>. Full
    /// seconds, at least one, because ssh has no finer unit.</summary>
    public TimeSpan? ConnectingTimeout
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckTimeout(value.Value);
    }

    /// <summary>The ssh configuration file; null is <c>~/.ssh/config</c>.</summary>
    public string? ConfigPath
    {
        get;
        init => field = value is null ? null : HostConnectionRules.CheckPath(value, "ssh configuration file");
    }

    /// <summary>What connects to the host; null chooses: the <c>ssh</c> program if there is one that can share a connection, else
    /// SSH.NET.</summary>
    public SshTransport? Transport { get; init; }

    /// <summary>Whether the host is this machine, reached without ssh.</summary>
    [JsonIgnore]
    public bool IsLocal => HostName == LocalHost.LocalName;

    /// <summary>Reads <c>host</c>, <c>user@host</c>, <c>host:port</c>, <c>user@host:port</c>, <c>[ipv6]:port</c>, a bare IPv6 address, or
    /// <c>ssh://user@host:port</c>.</summary>
    /// <exception cref="EtcdException">SpecInvalid: the text is none of these; the message gives the reason.</exception>
    public static HostConnection Parse(string text) => HostConnectionParser.Parse(text);

    /// <summary>Compares all settings; options are compared by name and value, in any order.</summary>
    public bool Equals(HostConnection? other) =>
        other is not null
        && HostName == other.HostName
        && UserName == other.UserName
        && Port == other.Port
        && KeyFilePath == other.KeyFilePath
        && ConnectingTimeout == other.ConnectingTimeout
        && ConfigPath == other.ConfigPath
        && Transport == other.Transport
        && SshOptionRules.AreSame(Options, other.Options);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(HostName, UserName, Port, KeyFilePath, ConnectingTimeout, ConfigPath, HashCode.Combine(Transport, Options?.Count ?? 0));

    /// <summary>The notation of <see cref="Parse"/>: <c>user@host:port</c> with the parts that are set.</summary>
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
