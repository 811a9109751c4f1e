using System.Globalization;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Maintenance.Comparison;

/// <summary>The hashes of the voters at several revisions, and what they say about whose data is damaged.</summary>
/// <param name="Voters">How many voters the cluster has, with those that reported no hash.</param>
/// <param name="Revisions">The hashes, newest revision first.</param>
/// <param name="Silent">The voters that reported no hash.</param>
internal sealed record DataComparison(int Voters, IReadOnlyList<RevisionHashes> Revisions, IReadOnlyList<string> Silent)
{
    /// <summary>The members that hold the data of the majority at every revision.</summary>
    public IReadOnlyList<MemberId> Right =>
        Revisions.Count == 0 ? [] : [.. Revisions[0].Majority(Voters).Where(id => Revisions.All(at => at.Majority(Voters).Contains(id)))];

    /// <summary>Whether more than half of the voters hold the same data: only then it is known which data is right.</summary>
    public bool IsDecided => Right.Count > Voters / 2;

    /// <summary>The members whose data differs from that of the majority; empty where nothing is decided.</summary>
    public IReadOnlyList<MemberId> Odd => IsDecided ? [.. Revisions.SelectMany(at => at.Hashes.Keys).Distinct().Except(Right)] : [];

    /// <summary>Whether any two members differ.</summary>
    public bool Differs => Revisions.Any(at => at.Hashes.Values.Distinct().Count() > 1);

    /// <summary>Whether every voter was compared, and all are equal.</summary>
    public bool IsEqual => Silent.Count == 0 && !Differs && (Voters == 1 || Revisions.Count > 0);

    /// <summary>The compared revisions, for a sentence.</summary>
    public string Compared => (Revisions.Count == 1 ? "revision " : "revisions ")
        + string.Join(", ", Revisions.Select(at => at.Revision.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The revisions at which a member differs from the majority, for a sentence.</summary>
    public string Differing(MemberId member)
    {
        string[] at = [.. Revisions.Where(at => !at.Majority(Voters).Contains(member))
            .Select(at => at.Revision.ToString(CultureInfo.InvariantCulture))];
        return (at.Length == 1 ? "revision " : "revisions ") + string.Join(", ", at);
    }
}

/// <summary>The hashes of members at one revision, all from the same compaction on.</summary>
/// <param name="Revision">The newest revision that the hashes cover.</param>
/// <param name="Hashes">The hash of each member.</param>
internal sealed record RevisionHashes(long Revision, IReadOnlyDictionary<MemberId, uint> Hashes)
{
    /// <summary>The members with the hash that more than half of all voters have; empty where no hash has that many.</summary>
    public IReadOnlyList<MemberId> Majority(int voters) =>
        Hashes.GroupBy(pair => pair.Value, pair => pair.Key).FirstOrDefault(group => group.Count() > voters / 2)?.ToArray() ?? [];
}
