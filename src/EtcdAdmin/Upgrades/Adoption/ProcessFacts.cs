namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>A running etcd, as <c>find-etcd.sh</c> prints it.</summary>
internal sealed record ProcessFacts
{
    public required int Id { get; init; }

    public string? Unit { get; init; }

    /// <summary><c>kubernetes</c> or <c>container</c>; null outside of containers.</summary>
    public string? Engine { get; init; }

    public string? Program { get; init; }

    public string? User { get; init; }

    public EtcdVersion? Version { get; init; }

    public EtcdVersion? Installed { get; init; }

    public string? Package { get; init; }

    public string? PackageVersion { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<string> Environment { get; init; } = [];

    public string? ConfigFile { get; init; }

    public string? Data { get; init; }

    public string? Wal { get; init; }

    /// <summary>The start of a segment of its write-ahead log, in hexadecimal.</summary>
    public string? LogStart { get; init; }

    public static ProcessFacts? From(string[] fields) => int.TryParse(FactFields.At(fields, 1), out int id) ? new ProcessFacts
    {
        Id = id,
        Unit = FactFields.At(fields, 2),
        Engine = FactFields.At(fields, 3),
        Program = FactFields.At(fields, 4),
        User = FactFields.At(fields, 5),
        Version = FactFields.Version(fields, 6),
        Installed = FactFields.Version(fields, 7),
        Package = FactFields.At(fields, 8),
        PackageVersion = FactFields.At(fields, 9),
        Arguments = FactFields.Strings(fields, 10),
        Environment = FactFields.Strings(fields, 11),
        ConfigFile = FactFields.At(fields, 12),
        Data = FactFields.At(fields, 13),
        Wal = FactFields.At(fields, 14),
        LogStart = FactFields.At(fields, 15),
    } : null;
}
