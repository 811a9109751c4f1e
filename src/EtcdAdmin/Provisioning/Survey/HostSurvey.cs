using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>The facts of a host and of the members on it, and which addresses it reaches; read in one round trip.</summary>
/// <param name="Host">The facts of the host.</param>
/// <param name="Members">The facts of members, by member name.</param>
/// <param name="Resolved">For each address of the cluster, the IP addresses to which this host resolves it.</param>
/// <param name="Reached">How each address and port of the cluster answers this host.</param>
/// <param name="Volumes">The devices for the data of members, by member name.</param>
/// <param name="Owners">The owner of the etcd in the place of a member, by member name.</param>
internal sealed record HostSurvey(
    EtcdHost Host,
    IReadOnlyDictionary<string, MemberFacts> Members,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Resolved,
    IReadOnlyList<Reach> Reached,
    IReadOnlyDictionary<string, VolumeFacts> Volumes,
    IReadOnlyDictionary<string, OwnerFacts> Owners)
{
    private static string SurveyScript => ShellScript.Of(typeof(HostSurvey), "survey");

    /// <summary>Reads one host.</summary>
    /// <param name="context">The context.</param>
    /// <param name="host">A member on that host.</param>
    /// <param name="spec">The cluster.</param>
    /// <param name="cancellationToken">Stops the script.</param>
    public static async Task<HostSurvey> ReadAsync(
        AdminContext context, MemberSpec host, ClusterSpec spec, CancellationToken cancellationToken)
    {
        var reading = new Reading();
        EtcdHost facts = await HostReader.ReadAsync(
            context.HostOf(host), host.Connection ?? HostConnection.Local, context.Clock, SurveyScript,
            Arguments(host, spec), reading.Read, cancellationToken).ConfigureAwait(false);
        return new HostSurvey(facts, reading.Members, reading.Resolved, reading.Reached, reading.Volumes, reading.Owners);
    }

    private static List<string> Arguments(MemberSpec host, ClusterSpec spec)
    {
        var arguments = new List<string>();
        foreach (MemberSpec member in spec.Members.Where(member => member.HostName == host.HostName))
        {
            string program = spec.VersionOf(member) is { } version ? member.BinaryPath("etcd", version) : "";
            arguments.AddRange(
                ["member", member.Name, member.Layout.PkiDirectory, member.Layout.DataDirectory, member.Layout.ConfigFile, program, member.Unit
                    ?? "", member.WalPath ?? "", spec.SeparatePeerAuthority ? member.Layout.PeerCaFile : ""]);
            arguments.AddRange(["owner", .. OwnerScripts.Arguments(member)]);
            if (member.Volume is { } volume)
                arguments.AddRange(["volume", .. VolumeScripts.Arguments(member.Name, volume)]);
        }

        // Members on this machine always reach each other.
        foreach (MemberSpec member in spec.Members.Where(member => member.Connection is not null))
        {
            arguments.AddRange(["resolve", member.Address]);
            arguments.AddRange(["reach", member.Address, Text(member.ClientPort)]);
            arguments.AddRange(["reach", member.Address, Text(member.PeerPort)]);
        }

        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Collects the lines of the survey.</summary>
    private sealed class Reading
    {
        public Dictionary<string, MemberFacts> Members { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, IReadOnlyList<string>> Resolved { get; } = new(StringComparer.Ordinal);

        public List<Reach> Reached { get; } = [];

        public Dictionary<string, VolumeFacts> Volumes { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, OwnerFacts> Owners { get; } = new(StringComparer.Ordinal);

        public void Read(string[] fields)
        {
            switch (fields)
            {
                case ["member", var name, ..]: Members[name] = MemberFacts.From(fields); break;
                case ["owner", var name, ..]: Owners[name] = OwnerFacts.From(fields); break;
                case ["volume", var name, ..]: Volumes[name] = VolumeFacts.From(fields); break;
                case ["resolve", var address, var found]: Resolved[address] = found.Split(' ', StringSplitOptions.RemoveEmptyEntries); break;
                case ["reach", var address, var port, var answer] when Enum.TryParse(answer, ignoreCase: true, out ReachAnswer known):
                    Reached.Add(new Reach(address, int.Parse(port, CultureInfo.InvariantCulture), known));
                    break;
            }
        }
    }
}

/// <summary>The facts of one member on its host.</summary>
/// <param name="ConfigSha256">The hash of its configuration file, lower-case hexadecimal; null where there is none.</param>
/// <param name="UnitSha256">The hash of its systemd unit; null where there is none.</param>
/// <param name="HasPki">Whether all its certificates and keys are there.</param>
/// <param name="HasData">Whether it has data, because it has started before.</param>
/// <param name="HasBinary">Whether the etcd of the wanted version is there.</param>
/// <param name="ProcessId">Its process, if systemd runs it; null where none runs.</param>
internal sealed record MemberFacts(string? ConfigSha256, string? UnitSha256, bool HasPki, bool HasData, bool HasBinary, int? ProcessId)
{
    /// <summary>Whether it has a write-ahead log in a separate folder.</summary>
    public bool HasLog { get; private init; }

    /// <summary>Whether its configuration was changed after its start, so that it runs with an older configuration.</summary>
    public bool IsOutdated { get; private init; }

    public static MemberFacts From(string[] fields) => new(
        Text(fields[2]), Text(fields[3]), fields[4] == "yes", fields[5] == "yes", fields[6] == "yes",
        int.TryParse(fields[7], NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 0 ? id : null)
    {
        HasLog = fields[8] == "yes",
        IsOutdated = fields[9] == "yes",
    };

    private static string? Text(string field) => field.Length == 0 ? null : field;
}

/// <summary>How an address and port answer a host.</summary>
/// <param name="Address">The address of a member.</param>
/// <param name="Port">A port of that member.</param>
/// <param name="Answer">The answer.</param>
internal sealed record Reach(string Address, int Port, ReachAnswer Answer);

/// <summary>The result of an attempt to connect.</summary>
internal enum ReachAnswer
{
    /// <summary>A process listens.</summary>
    Open,

    /// <summary>No process listens, and the host refuses the connection: the network path is open.</summary>
    Refused,

    /// <summary>No answer: a firewall, or an unreachable network.</summary>
    Silent,

    /// <summary>The host cannot resolve the name.</summary>
    Unresolved,

    /// <summary>Another failure, for example no route.</summary>
    Failed,

    /// <summary>The host has no program to try the connection.</summary>
    Unknown,
}
