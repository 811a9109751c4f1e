using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>What the ssh program can do and SSH.NET cannot; the topic about_EtcdHosts has the same list.</summary>
internal static class SshNetLimits
{
    // Settings that change how a host is reached or checked.
    private static readonly (string Name, string Shown)[] Missing =
    [
        ("proxycommand", "ProxyCommand"), ("pkcs11provider", "PKCS11Provider"), ("knownhostscommand", "KnownHostsCommand"),
        ("bindaddress", "BindAddress"), ("bindinterface", "BindInterface"), ("revokedhostkeys", "RevokedHostKeys"),
    ];

    // The options of a connection that are used here; no others may be given. The configuration files may have others, for the operator's own
    // sessions.
    private static readonly HashSet<string> Used = new(StringComparer.OrdinalIgnoreCase)
    {
        "HostName", "User", "Port", "IdentityFile", "CertificateFile", "IdentitiesOnly", "UserKnownHostsFile", "GlobalKnownHostsFile", "HostKeyAlias",
        "HashKnownHosts", "StrictHostKeyChecking", "ProxyJump", "ProxyCommand", "PubkeyAuthentication", "PasswordAuthentication",
        "KbdInteractiveAuthentication", "ServerAliveInterval", "ServerAliveCountMax", "Compression", "ForwardAgent", "ForwardX11", "UpdateHostKeys",
        "AddKeysToAgent", "CheckHostIP", "ConnectTimeout",
    };

    /// <summary>Refuses settings that SSH.NET would silently ignore.</summary>
    /// <param name="connection">The connection that the operator asked for.</param>
    /// <param name="hop">The connection to the host or to a jump host.</param>
    /// <param name="settings">Its settings.</param>
    /// <exception cref="EtcdException">NotSupported.</exception>
    public static void Check(HostConnection connection, HostConnection hop, SshSettings settings)
    {
        string on = hop.HostName == connection.HostName ? "its" : $"the jump host {hop.HostName}'s";
        foreach ((string name, string shown) in Missing.Where(missing => settings.Has(missing.Name)))
            throw Lacks(connection, $"{on} ssh configuration has {shown} {settings[name]}");
        if (settings["addressfamily"] is { } family && !family.Equals("any", StringComparison.OrdinalIgnoreCase))
            throw Lacks(connection, $"{on} ssh configuration has AddressFamily {family}");
        if (hop.Options?.Keys.FirstOrDefault(option => !Used.Contains(option)) is { } other)
            throw Lacks(connection, $"the option {other} was given");
    }

    /// <summary>SSH.NET lacks a feature that a connection needs.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="why">The feature, as a clause without a full stop.</param>
    public static EtcdException Lacks(HostConnection connection, string why) =>
        new(EtcdErrorIds.NotSupported, $"SSH.NET cannot connect to {connection.HostName} as configured: {why}.")
        {
            Target = connection.HostName,
            NextStep = "Use the ssh program of this machine: -SshTransport OpenSsh. about_EtcdHosts lists what only it can do.",
        };
}
