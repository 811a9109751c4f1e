using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Deployment;

/// <summary>What a host has of a cluster's members, read in one go.</summary>
/// <param name="ListeningPorts">TCP ports that somebody listens on.</param>
/// <param name="Members">By member name.</param>
internal sealed record HostFacts(IReadOnlySet<int> ListeningPorts, IReadOnlyDictionary<string, MemberFacts> Members)
{
    // 0A is the kernel's number for LISTEN (Linux include/net/tcp_states.h); ports stand there in hexadecimal.
    private const string PortScript = """
        cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ local _ state _; do
            if [ "$state" = 0A ]; then echo "port ${local##*:}"; fi
        done

        """;

    // $1… four per member: name, folder, configuration file within it, etcd program.
    private const string MemberScript = """
        while [ $# -ge 4 ]; do
            config=- pki=no data=no binary=no
            if [ -r "$3" ]; then config=$(sha256sum <"$3") && config=${config%% *}; fi
            if [ -s "$2/pki/server.key" ] && [ -s "$2/pki/peer.key" ] && [ -s "$2/pki/server.crt" ] && [ -s "$2/pki/peer.crt" ] \
                && [ -s "$2/pki/ca.crt" ]; then pki=yes; fi
            if [ -e "$2/data/member" ]; then data=yes; fi
            if [ -x "$4" ]; then binary=yes; fi
            echo "member $1 $config $pki $data $binary"
            shift 4
        done
        """;

    /// <summary>Reads the facts of one host.</summary>
    /// <param name="host">Where.</param>
    /// <param name="members">Those members that live there.</param>
    /// <param name="version">The version whose program is looked for; null if none is known yet.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    public static async Task<HostFacts> ReadAsync(
        IHost host, IReadOnlyList<MemberSpec> members, EtcdVersion? version, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (MemberSpec member in members)
        {
            string program = version is { } known ? member.BinaryPath("etcd", known) : "";
            arguments.AddRange([member.Name, member.Directory, member.Layout.ConfigFile, program]);
        }

        var script = new HostScript(PortScript + MemberScript) { Arguments = arguments };
        return Parse(await host.RunRequiredAsync("read the state", script, cancellationToken).ConfigureAwait(false));
    }

    private static HostFacts Parse(string output)
    {
        var ports = new HashSet<int>();
        var members = new Dictionary<string, MemberFacts>(StringComparer.Ordinal);
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            if (fields[0] == "port") ports.Add(int.Parse(fields[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            else members[fields[1]] = MemberFacts.From(fields);
        }

        return new HostFacts(ports, members);
    }
}

/// <summary>What a host has of one member.</summary>
/// <param name="ConfigSha256">Of its configuration file, lower-case hexadecimal; null where there is none.</param>
/// <param name="HasPki">All its certificates and keys are there.</param>
/// <param name="HasData">It has started before.</param>
/// <param name="HasBinary">The etcd of the asked version is there.</param>
internal sealed record MemberFacts(string? ConfigSha256, bool HasPki, bool HasData, bool HasBinary)
{
    public static MemberFacts From(string[] fields) =>
        new(fields[2] == "-" ? null : fields[2], fields[3] == "yes", fields[4] == "yes", fields[5] == "yes");
}
