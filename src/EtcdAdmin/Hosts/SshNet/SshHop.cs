using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>A host on the way: a jump host or the host itself.</summary>
/// <param name="Connection">The connection that the operator asked for.</param>
/// <param name="Settings">The ssh settings of this hop.</param>
/// <param name="Host">Its address, port and user.</param>
internal sealed record SshHop(HostConnection Connection, SshSettings Settings, ResolvedHost Host)
{
    private const int MostJumps = 8;

    /// <summary>Whether it is the host itself.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether it is reached through a jump host.</summary>
    public bool IsBehindJump { get; init; }

    /// <summary>The known_hosts files for it.</summary>
    public KnownHosts KnownHosts => KnownHosts.Of(Settings, Host);

    /// <summary>All hops of a connection: the jump hosts of ProxyJump, then the host.</summary>
    /// <exception cref="EtcdException">NotSupported: SSH.NET lacks a feature that the configuration asks for; SpecInvalid: the configuration is
    /// wrong.</exception>
    public static async Task<IReadOnlyList<SshHop>> ResolveAsync(SshClient client, HostConnection connection, CancellationToken cancellationToken)
    {
        var hops = new List<SshHop>();
        await AddAsync(connection, hops).ConfigureAwait(false);
        return [.. hops.Select((hop, i) => hop with { IsLast = i == hops.Count - 1, IsBehindJump = i > 0 })];

        async Task AddAsync(HostConnection way, List<SshHop> found)
        {
            SshSettings settings = await SshResolver.SettingsAsync(client, way, cancellationToken).ConfigureAwait(false);
            SshNetLimits.Check(connection, way, settings);
            if (settings.Has("proxyjump")) await AddJumpsAsync(settings["proxyjump"]!, way.ConfigPath, found).ConfigureAwait(false); // just checked
            found.Add(new SshHop(connection, settings, SshResolver.TargetOf(settings, way)));
        }

        // As with ssh: the connection's options do not apply to its jump hosts, and only the first jump host may have jump hosts of its own.
        async Task AddJumpsAsync(string jumps, string? config, List<SshHop> found)
        {
            foreach (string jump in jumps.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (found.Count == MostJumps) throw SshFailure.Configuration(connection, $"ProxyJump leads through more than {MostJumps} hosts");
                HostConnection way = HostConnection.Parse(jump) with { ConfigPath = config, ConnectingTimeout = connection.ConnectingTimeout };
                if (found.Count > 0) way = way with { Options = new Dictionary<string, string> { ["ProxyJump"] = "none" } };
                await AddAsync(way, found).ConfigureAwait(false);
            }
        }
    }
}
