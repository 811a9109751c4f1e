using System.Globalization;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>The facts of a host about the etcd in the place of a member. Null is "does not exist", or "not known".</summary>
internal sealed record OwnerFacts
{
    private const int Fields = 20;

    /// <summary>The file of the systemd unit with the member's unit name.</summary>
    public string? UnitFile { get; init; }

    /// <summary>The cluster in the heading of that file.</summary>
    public string? UnitCluster { get; init; }

    /// <summary>The member in the heading of that file.</summary>
    public string? UnitMember { get; init; }

    /// <summary>The distribution's package that the file belongs to.</summary>
    public string? Package { get; init; }

    /// <summary>Whether the unit runs etcd with the member's configuration file.</summary>
    public bool UnitUsesConfiguration { get; init; }

    /// <summary>Whether the member's configuration file exists and is not empty.</summary>
    public bool HasConfiguration { get; init; }

    /// <summary>Whether EtcdAdmin wrote it.</summary>
    public bool IsWritten { get; init; }

    /// <summary>The <c>name</c> in it.</summary>
    public string? Name { get; init; }

    /// <summary>The <c>initial-cluster-token</c> in it.</summary>
    public string? Token { get; init; }

    /// <summary>The <c>data-dir</c> in it.</summary>
    public string? ConfiguredData { get; init; }

    /// <summary>The hash of the authority's certificate in the member's place, see <see cref="MemberOwnership.HashOf"/>.</summary>
    public string? AuthoritySha256 { get; init; }

    /// <summary>The process of the unit, or in the pid file.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Its command line.</summary>
    public string? Command { get; init; }

    /// <summary>The process that has the database in the member's data folder open.</summary>
    public int? HolderId { get; init; }

    /// <summary>Its command line.</summary>
    public string? HolderCommand { get; init; }

    /// <summary>Whether systemd started it for the member's unit; null if not known.</summary>
    public bool? IsHolderOfUnit { get; init; }

    /// <summary>The data folder on the command line of the running process, if given.</summary>
    public string? RunningData { get; init; }

    /// <summary>The TCP ports that it listens on.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>The ids in the member's write-ahead log.</summary>
    public WalIdentity? Data { get; init; }

    /// <summary>Reads a line of <c>owner</c>.</summary>
    public static OwnerFacts From(string[] fields)
    {
        string? At(int index) =>
            index < Math.Min(fields.Length, Fields) && fields[index].Trim() is { Length: > 0 } text ? TerminalText.Line(text) : null;
        return new OwnerFacts
        {
            UnitFile = At(2),
            UnitCluster = At(3),
            UnitMember = At(4),
            Package = At(5),
            UnitUsesConfiguration = At(6) == "yes",
            HasConfiguration = At(7) is not null,
            IsWritten = At(7) == "yes",
            Name = Plain(At(8)),
            Token = Plain(At(9)),
            ConfiguredData = Plain(At(10)),
            AuthoritySha256 = At(11),
            ProcessId = Number(At(12)),
            Command = At(13),
            HolderId = Number(At(14)),
            HolderCommand = At(15),
            RunningData = At(16),
            Ports = [.. (At(17) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number).OfType<int>()],
            Data = WalIdentity.Parse(At(18)),
            IsHolderOfUnit = At(19) is { } ofUnit ? ofUnit == "yes" : null,
        };
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    // A YAML scalar may be in quotes; the values here contain no quotes.
    private static string? Plain(string? text) => text?.Trim('"', '\'');
}
