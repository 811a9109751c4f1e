using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>What a host is, what it has of a cluster's members, and whom it reaches; read in one round trip.</summary>
/// <param name="Host">What it is and has.</param>
/// <param name="Members">By member name.</param>
/// <param name="Resolved">For each address of the cluster the IP addresses that this host takes it for.</param>
/// <param name="Reached">How each address and port of the cluster answers to it.</param>
/// <param name="Volumes">The devices for the data of members, by member name.</param>
/// <param name="Owners">Whose the etcd is that is where a member should be, by member name.</param>
internal sealed record HostSurvey(
    EtcdHost Host,
    IReadOnlyDictionary<string, MemberFacts> Members,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Resolved,
    IReadOnlyList<Reach> Reached,
    IReadOnlyDictionary<string, VolumeFacts> Volumes,
    IReadOnlyDictionary<string, OwnerFacts> Owners)
{
    /// <summary>Reads one host.</summary>
    /// <param name="context">The surroundings.</param>
    /// <param name="host">A member that lives there.</param>
    /// <param name="spec">The cluster.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    public static async Task<HostSurvey> ReadAsync(
        AdminContext context, MemberSpec host, ClusterSpec spec, CancellationToken cancellationToken)
    {
        var reading = new Reading();
        EtcdHost facts = await HostReader.ReadAsync(
            context.HostOf(host), host.Connection ?? HostConnection.Local, context.Clock, SurveyScripts.Text,
            Arguments(host, spec), reading.Read, cancellationToken).ConfigureAwait(false);
        return new HostSurvey(facts, reading.Members, reading.Resolved, reading.Reached, reading.Volumes, reading.Owners);
    }

    private static List<string> Arguments(MemberSpec host, ClusterSpec spec)
    {
        var arguments = new List<string>();
        foreach (MemberSpec member in spec.Members.Where(member => member.HostName == host.HostName))
        {
            string program = spec.Version is { } version ? member.BinaryPath("etcd", version) : "";
            arguments.AddRange(
                ["member", member.Name, member.Layout.PkiDirectory, member.Layout.DataDirectory, member.Layout.ConfigFile, program, member.Unit ?? "", member.WalPath ?? ""]);
            arguments.AddRange(["owner", .. OwnerScripts.Arguments(member)]);
            if (member.Volume is { } volume)
                arguments.AddRange(["volume", .. VolumeScripts.Arguments(member.Name, volume)]);
        }

        // Members of this machine see each other in any case.
        foreach (MemberSpec member in spec.Members.Where(member => member.Connection is not null))
        {
            arguments.AddRange(["resolve", member.Address]);
            arguments.AddRange(["reach", member.Address, Text(member.ClientPort)]);
            arguments.AddRange(["reach", member.Address, Text(member.PeerPort)]);
        }

        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Collects the lines of the survey's own part.</summary>
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

/// <summary>What a host has of one member.</summary>
/// <param name="ConfigSha256">Of its configuration file, lower-case hexadecimal; null where there is none.</param>
/// <param name="UnitSha256">Of its systemd unit; null where there is none.</param>
/// <param name="HasPki">All its certificates and keys are there.</param>
/// <param name="HasData">It has started before.</param>
/// <param name="HasBinary">The etcd of the asked version is there.</param>
/// <param name="ProcessId">Its process where systemd runs it; null where none runs.</param>
internal sealed record MemberFacts(string? ConfigSha256, string? UnitSha256, bool HasPki, bool HasData, bool HasBinary, int? ProcessId)
{
    /// <summary>It has a write-ahead log in a folder of its own.</summary>
    public bool HasLog { get; private init; }

    /// <summary>Its configuration was changed after it had started, so that it runs with an older one.</summary>
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

/// <summary>How an address answers to a host.</summary>
/// <param name="Address">A member's.</param>
/// <param name="Port">One of that member's.</param>
/// <param name="Answer">What came of it.</param>
internal sealed record Reach(string Address, int Port, ReachAnswer Answer);

/// <summary>What came of trying to connect.</summary>
internal enum ReachAnswer
{
    /// <summary>Somebody listens.</summary>
    Open,

    /// <summary>Nobody listens, and the host says so: the way there is open.</summary>
    Refused,

    /// <summary>No answer: a firewall, or a network that is not there.</summary>
    Silent,

    /// <summary>The name is not known there.</summary>
    Unresolved,

    /// <summary>It failed in another way, no route for instance.</summary>
    Failed,

    /// <summary>The host has nothing to try it with.</summary>
    Unknown,
}
