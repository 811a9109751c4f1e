namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>A systemd unit of etcd, as <c>find-etcd.sh</c> prints it.</summary>
internal sealed record UnitFacts
{
    public required string Name { get; init; }

    public required string File { get; init; }

    public string? State { get; init; }

    public string? User { get; init; }

    public string? Program { get; init; }

    public EtcdVersion? Installed { get; init; }

    public string? Package { get; init; }

    public string? PackageVersion { get; init; }

    /// <summary>The cluster in the heading of a unit that EtcdAdmin wrote.</summary>
    public string? Cluster { get; init; }

    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];

    public IReadOnlyList<string> DropIns { get; init; } = [];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<string> Environment { get; init; } = [];

    public static UnitFacts? From(string[] fields) =>
        FactFields.At(fields, 1) is { } name && FactFields.At(fields, 2) is { } file ? new UnitFacts
        {
            Name = name,
            File = file,
            State = FactFields.At(fields, 3),
            User = FactFields.At(fields, 5),
            Program = FactFields.At(fields, 6),
            Installed = FactFields.Version(fields, 7),
            Package = FactFields.At(fields, 8),
            PackageVersion = FactFields.At(fields, 9),
            Cluster = FactFields.At(fields, 10),
            EnvironmentFiles = FactFields.Words(fields, 12),
            DropIns = FactFields.Words(fields, 13),
            // systemctl prints the arguments without their quotes.
            Arguments = (FactFields.Text(fields, 14) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Environment = UnitText.Words(FactFields.Text(fields, 15)),
        } : null;
}
