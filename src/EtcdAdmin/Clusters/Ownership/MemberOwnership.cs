using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>The owner of the etcd in the place of a member.</summary>
internal enum Owner
{
    /// <summary>None: there is no unit, configuration or process.</summary>
    Absent,

    /// <summary>The member itself.</summary>
    Ours,

    /// <summary>Another owner: it must not be touched.</summary>
    Foreign,
}

/// <summary>Proves the owner of the etcd in the place of a member. Every change of a host checks it first.</summary>
/// <remarks>Names prove nothing: two operators may each have a member n1 of a cluster prod, and every package has a unit etcd.service. Values that
/// are unique to each cluster do: the token in the configuration, the authority's certificate, and the cluster's id in the data. Only if all of these
/// are lost, the heading of the unit counts: then there is nothing left to lose, unless it runs.</remarks>
internal sealed record MemberOwnership
{
    private MemberOwnership(MemberSpec member, OwnerFacts facts) => (Member, Facts) = (member, facts);

    /// <summary>The member.</summary>
    public MemberSpec Member { get; }

    /// <summary>The facts from its host.</summary>
    public OwnerFacts Facts { get; }

    /// <summary>Its owner.</summary>
    public Owner Owner { get; private init; }

    /// <summary>Whether it has a process.</summary>
    public bool IsRunning { get; private init; }

    /// <summary>Whether another process than the member's has the member's database open.</summary>
    public bool IsHeld { get; private init; }

    /// <summary>Whether everything belongs to the member, except the process in its place.</summary>
    public bool IsIntruded { get; private init; }

    /// <summary>Whether it has another owner.</summary>
    public bool IsForeign => Owner == Owner.Foreign;

    /// <summary>The cluster of a foreign member, by its own files; null if it is not EtcdAdmin's.</summary>
    public string? OtherCluster { get; private init; }

    /// <summary>The name of a foreign member, by its own files.</summary>
    public string? OtherMember { get; private init; }

    /// <summary>Whether it has the same names, so that only the proof distinguishes them.</summary>
    public bool HasSameNames { get; private init; }

    /// <summary>This user's cluster that a foreign member belongs or belonged to; null if there is none, or if that is not proved.</summary>
    public EtcdCluster? Known { get; init; }

    /// <summary>Whether the data was written by this cluster.</summary>
    public bool IsDataOf(ClusterId? id) => id is not null && Facts.Data?.Cluster == id;

    /// <summary>Evaluates the facts of a host.</summary>
    /// <param name="cluster">The saved cluster; null if it is not saved yet: then any etcd is foreign.</param>
    /// <param name="member">The member.</param>
    /// <param name="facts">The facts from its host.</param>
    /// <param name="id">The cluster's id; null if not known.</param>
    public static MemberOwnership Of(EtcdCluster? cluster, MemberSpec member, OwnerFacts facts, ClusterId? id = null)
    {
        bool usesOurs = member.Adopted is not null || Uses(facts.Command, member);
        // A pid file outlives its process, whose id may belong to another process by now.
        int? process = member.Adopted is { IsReadOnly: true } ? facts.HolderId : facts.ProcessId;
        bool runs = process is not null && (member.Unit is not null || usesOurs);
        // A process that ended meanwhile holds nothing any more: a removed member is started and ends again and again. A process that has the
        // member's configuration but was not started by its unit is not stopped with the unit.
        bool isHeld = facts.HolderId is not null && facts.HolderId != process && facts.HolderCommand is { } holder
            && !(facts.IsHolderOfUnit ?? Uses(holder, member));
        var found = new MemberOwnership(member, facts)
        {
            IsRunning = runs || isHeld,
            IsHeld = isHeld,
            OtherCluster = facts.UnitCluster ?? (facts.IsWritten ? ClusterOf(facts.Token) : null),
            OtherMember = facts.UnitMember ?? facts.Name,
        };
        found = found with { HasSameNames = cluster is not null && found.OtherCluster == cluster.Name && found.OtherMember == member.Name };
        // Between fork and exec, systemd's child process shows its program in brackets, and a process that has just ended shows nothing.
        bool runsOther = runs && !usesOurs && facts.Command is { } command && !command.StartsWith('(');
        Owner owner = Judge(cluster, member, facts, id, runs);
        return runsOther || isHeld ? found with { Owner = Owner.Foreign, IsIntruded = owner == Owner.Ours } : found with { Owner = owner };
    }

    /// <summary>The hash that identifies an authority; white space is ignored.</summary>
    public static string HashOf(string pem) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(pem.Where(c => c is not (' ' or '\r' or '\n'))))));

    /// <summary>The cluster in a token of EtcdAdmin: name, hyphen, 16 hexadecimal digits.</summary>
    public static string? ClusterOf(string? token) =>
        token?.LastIndexOf('-') is > 0 and var at && token.Length - at == 17 && token[(at + 1)..].All(char.IsAsciiHexDigit) ? token[..at] : null;

    private static Owner Judge(EtcdCluster? cluster, MemberSpec member, OwnerFacts facts, ClusterId? id, bool runs)
    {
        if (member.Adopted is { } adopted) return cluster is null ? Owner.Foreign : JudgeAdopted(adopted, facts, runs);
        bool isNothing = facts is { UnitFile: null, HasConfiguration: false } && !runs;
        if (cluster?.Spec is not { } spec) return isNothing ? Owner.Absent : Owner.Foreign;
        bool isMarked = facts.UnitCluster == cluster.Name && facts.UnitMember == member.Name;
        bool isProved = IsProved(cluster, spec, facts, id);
        if (facts.UnitFile is not null && !isMarked && (facts.UnitCluster is not null || !isProved || !facts.UnitUsesConfiguration))
            return Owner.Foreign;
        if (facts.HasConfiguration)
        {
            if (facts.Name is { } name && name != member.Name) return Owner.Foreign;
            if (isProved) return Owner.Ours;
            return facts.Token is null && (facts.IsWritten || isMarked) ? Owner.Ours : Owner.Foreign;
        }

        if (isProved) return isMarked || runs ? Owner.Ours : Owner.Absent;
        if (!isMarked) return runs ? Owner.Foreign : Owner.Absent;
        bool isOthers = (facts.AuthoritySha256 is not null && cluster.Tls?.CaPem is not null)
            || (id is not null && facts.Data is { } data && data.Cluster != id);
        return isOthers ? Owner.Foreign : Owner.Ours;
    }

    // Nothing but its data proves an adopted member: names, units and tokens of packages are the same on every host.
    private static Owner JudgeAdopted(AdoptedMember adopted, OwnerFacts facts, bool runs) =>
        facts.Data is { } data
        ? data.Cluster.ToString() == adopted.ClusterId && data.Member.ToString() == adopted.MemberId ? Owner.Ours : Owner.Foreign
        : runs ? Owner.Foreign
        : Owner.Absent;

    private static bool IsProved(EtcdCluster cluster, ClusterSpec spec, OwnerFacts facts, ClusterId? id) =>
        (facts.Token is { } token && spec.Knows(token))
        || (facts.AuthoritySha256 is { } authority && cluster.Tls?.CaPem is { } pem && authority == HashOf(pem))
        || (facts.Token is null && id is not null && facts.Data?.Cluster == id);

    private static bool Uses(string? command, MemberSpec member)
    {
        string path = member.Layout.ConfigFile;
        int at = command?.IndexOf(path, StringComparison.Ordinal) ?? -1;
        return at > 0 && command![at - 1] is ' ' or '=' && (at + path.Length == command.Length || command[at + path.Length] == ' ');
    }
}
