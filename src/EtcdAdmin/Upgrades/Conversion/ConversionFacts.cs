using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Hosts;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The state of a host in the course of a conversion: where the data is, whose it is, and how large it is.</summary>
internal sealed record ConversionFacts
{
    public bool HasOldData { get; private init; }

    /// <summary>Whether the old data has a database: that of etcd 2.3 has none.</summary>
    public bool OldHasDatabase { get; private init; }

    public bool HasNewData { get; private init; }

    public WalIdentity? OldIds { get; private init; }

    public WalIdentity? NewIds { get; private init; }

    /// <summary>The size of data and log.</summary>
    public long DataBytes { get; private init; }

    /// <summary>Whether the data can be moved by a rename.</summary>
    public bool IsSameFileSystem { get; private init; }

    /// <summary>The hashes of certificates, by path; a missing one is missing on the host.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; private init; } = new Dictionary<string, string>();

    /// <summary>Whether the data, wherever it is, was written by the member.</summary>
    public bool IsDataOf(AdoptedMember member) => (HasNewData ? NewIds : OldIds) is { } ids
        && ids.Cluster.ToString() == member.ClusterId && ids.Member.ToString() == member.MemberId;

    public static async Task<ConversionFacts> ReadAsync(
        AdminContext context, MemberSpec old, MemberSpec managed, string backups, CancellationToken cancellationToken)
    {
        AdoptedMember adopted = old.Adopted!; // it is converted
        var script = new HostScript(ConversionScripts.Survey)
        {
            Arguments =
            [
                adopted.DataDirectory, adopted.WalDirectory ?? "", managed.Layout.DataDirectory, managed.WalPath ?? "", backups,
                .. new[]
                {
                    adopted.CaFile, adopted.PeerCaFile, adopted.ServerCertificateFile, adopted.ServerKeyFile, adopted.PeerCertificateFile,
                    adopted.PeerKeyFile,
                }.OfType<string>(),
            ],
        };
        string output = await context.HostOf(old).RunRequiredAsync("look at the data and certificates", script, cancellationToken)
            .ConfigureAwait(false);
        string[][] lines = [.. output.Split('\n').Select(line => line.Split('\t'))];
        string[] Of(string name) => lines.FirstOrDefault(line => line[0] == name) ?? [];
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        // A log alone is all that etcd 2.3 has. Of other members it is the rest of lost data.
        bool HasData(string? found) => found == "yes" || (found == "log" && adopted.HasNoDatabase);
        foreach (string[] line in lines.Where(line => line is ["hash", _, _])) hashes[line[1]] = line[2];
        return new ConversionFacts
        {
            HasOldData = HasData(FactFields.At(Of("old"), 1)),
            OldHasDatabase = FactFields.At(Of("old"), 1) == "yes",
            OldIds = WalIdentity.Parse(FactFields.At(Of("old"), 2)),
            HasNewData = HasData(FactFields.At(Of("new"), 1)),
            NewIds = WalIdentity.Parse(FactFields.At(Of("new"), 2)),
            DataBytes = long.TryParse(FactFields.At(Of("size"), 1), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
                ? kilobytes << 10
                : 0,
            IsSameFileSystem = FactFields.At(Of("device"), 1) == "same" && FactFields.At(Of("device"), 2) == "same",
            Hashes = hashes,
        };
    }
}
