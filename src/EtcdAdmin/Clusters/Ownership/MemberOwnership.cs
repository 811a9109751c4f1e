using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>Whose the etcd is that is where a member should be.</summary>
internal enum Owner
{
    /// <summary>Nobody's: neither unit nor configuration nor process is there.</summary>
    Absent,

    /// <summary>The member's own.</summary>
    Ours,

    /// <summary>Somebody else's: not to be touched.</summary>
    Foreign,
}

/// <summary>The one proof of whose etcd is where a member should be. Every change of a host asks it first.</summary>
/// <remarks>
/// Names prove nothing: two operators may each have a member n1 of a cluster prod, and every package has a unit etcd.service. What is made anew
/// for each cluster does: the token in the configuration, the authority's certificate, and the cluster's id in the data. Only where all of
/// these are lost, the heading of the unit has to do: then nothing is left that somebody could lose, unless it runs.
/// </remarks>
internal sealed record MemberOwnership
{
    private MemberOwnership(MemberSpec member, OwnerFacts facts) => (Member, Facts) = (member, facts);

    /// <summary>The member.</summary>
    public MemberSpec Member { get; }

    /// <summary>What its host says.</summary>
    public OwnerFacts Facts { get; }

    /// <summary>Whose it is.</summary>
    public Owner Owner { get; private init; }

    /// <summary>Whether there is a process of it.</summary>
    public bool IsRunning { get; private init; }

    /// <summary>Whether another process than the member's has the member's database open.</summary>
    public bool IsHeld { get; private init; }

    /// <summary>Whether all that is there is the member's own, but for the process that runs in its place.</summary>
    public bool IsIntruded { get; private init; }

    /// <summary>Whether it is somebody else's.</summary>
    public bool IsForeign => Owner == Owner.Foreign;

    /// <summary>The cluster that a foreign one says it is a member of; null where it is not EtcdAdmin's.</summary>
    public string? OtherCluster { get; private init; }

    /// <summary>The member that a foreign one says it is.</summary>
    public string? OtherMember { get; private init; }

    /// <summary>Whether it goes by the same names, so that only the proof tells them apart.</summary>
    public bool HasSameNames { get; private init; }

    /// <summary>The cluster of this user's whose member a foreign one is or was; null where it is of none, or that is not proved.</summary>
    public EtcdCluster? Known { get; init; }

    /// <summary>Whether the data that is there was written by this cluster.</summary>
    public bool IsDataOf(ClusterId? id) => id is not null && Facts.Data?.Cluster == id;

    /// <summary>Judges what a host says.</summary>
    /// <param name="cluster">The cluster as it is saved; null where it is not yet: then whatever is there is somebody else's.</param>
    /// <param name="member">The member.</param>
    /// <param name="facts">What its host says.</param>
    /// <param name="id">The cluster's id, where it was asked; null is not known.</param>
    public static MemberOwnership Of(EtcdCluster? cluster, MemberSpec member, OwnerFacts facts, ClusterId? id = null)
    {
        bool usesOurs = Uses(facts.Command, member);
        // A pid file outlives its process, whose number may be another's by now.
        bool runs = facts.ProcessId is not null && (member.Unit is not null || usesOurs);
        // Who ended while the host was looked at holds nothing any more: a member that was removed is started and ends over and over. What was
        // started with the member's configuration, but not by its unit, is not stopped with that.
        bool isHeld = facts.HolderId is not null && facts.HolderId != facts.ProcessId && facts.HolderCommand is { } holder
            && !(facts.IsHolderOfUnit ?? Uses(holder, member));
        var found = new MemberOwnership(member, facts)
        {
            IsRunning = runs || isHeld,
            IsHeld = isHeld,
            OtherCluster = facts.UnitCluster ?? (facts.IsWritten ? ClusterOf(facts.Token) : null),
            OtherMember = facts.UnitMember ?? facts.Name,
        };
        found = found with { HasSameNames = cluster is not null && found.OtherCluster == cluster.Name && found.OtherMember == member.Name };
        // Between fork and exec a process of systemd's shows its program in brackets, and one that has just ended shows nothing.
        bool runsOther = runs && !usesOurs && facts.Command is { } command && !command.StartsWith('(');
        Owner owner = Judge(cluster, member, facts, id, runs);
        return runsOther || isHeld ? found with { Owner = Owner.Foreign, IsIntruded = owner == Owner.Ours } : found with { Owner = owner };
    }

    /// <summary>The hash by which an authority is known; white space counts for nothing.</summary>
    public static string HashOf(string pem) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(pem.Where(c => c is not (' ' or '\r' or '\n'))))));

    /// <summary>The cluster in a token of EtcdAdmin's making: name, hyphen, 16 hexadecimal digits.</summary>
    public static string? ClusterOf(string? token) =>
        token?.LastIndexOf('-') is > 0 and var at && token.Length - at == 17 && token[(at + 1)..].All(char.IsAsciiHexDigit) ? token[..at] : null;

    private static Owner Judge(EtcdCluster? cluster, MemberSpec member, OwnerFacts facts, ClusterId? id, bool runs)
    {
        bool isNothing = facts is { UnitFile: null, HasConfiguration: false } && !runs;
        if (cluster?.Spec is not { } spec) return isNothing ? Owner.Absent : Owner.Foreign;
        bool isMarked = facts.UnitCluster == cluster.Name && facts.UnitMember == member.Name;
        bool isProved = IsProved(cluster, spec, facts, id);
        if (facts.UnitFile is not null && !isMarked && (facts.UnitCluster is not null || !isProved || !facts.UnitUsesConfiguration)) return Owner.Foreign;
        if (facts.HasConfiguration)
        {
            if (facts.Name is { } name && name != member.Name) return Owner.Foreign;
            if (isProved) return Owner.Ours;
            return facts.Token is null && (facts.IsWritten || isMarked) ? Owner.Ours : Owner.Foreign;
        }

        if (isProved) return isMarked || runs ? Owner.Ours : Owner.Absent;
        if (!isMarked) return runs ? Owner.Foreign : Owner.Absent;
        bool isOthers = (facts.AuthoritySha256 is not null && cluster.Tls?.CaPem is not null) || (id is not null && facts.Data is { } data && data.Cluster != id);
        return isOthers ? Owner.Foreign : Owner.Ours;
    }

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
