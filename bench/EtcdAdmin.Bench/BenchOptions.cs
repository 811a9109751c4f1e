using System.Globalization;

namespace EtcdAdmin.Bench;

/// <summary>What to measure, and with which data.</summary>
internal sealed record BenchOptions
{
    public const string Save = "save";
    public const string Calls = "calls";
    public const string Read = "read";
    public const string Verify = "verify";
    public const string Offline = "offline";
    public const string Encrypt = "encrypt";
    public const string Restore = "restore";
    public const string Health = "health";
    public const string Import = "import";
    public const string Hosts = "hosts";
    public const string Upgrades = "upgrades";
    public const string Space = "space";

    public const string Usage = """
        --size MB      size of the database; default 700
        --keys N       number of keys; default 500000
        --runs N       measured runs, after one unmeasured run; default 5
        --only PART    save, calls, read, verify, offline, encrypt, restore, health, import, hosts, upgrades or space; writes no file unless --output is given
        --other DLL    EtcdAdmin.Bench.dll of another build of EtcdAdmin, which makes the calls of the part 'calls' in turns with this one
        --etcd VERSION version of etcd, such as 3.5 or 3.5.16; default 3.5
        --output FILE  file for the tables; default docs/performance.md
        """;

    private static readonly string[] Parts = [Save, Calls, Read, Verify, Offline, Encrypt, Restore, Health, Import, Hosts, Upgrades, Space];

    /// <summary>In 1,000,000 bytes.</summary>
    public int SizeMegabytes { get; private init; } = 700;

    public int Keys { get; private init; } = 500_000;

    public int Runs { get; private init; } = 5;

    /// <summary>The part to measure; null for all.</summary>
    public string? Only { get; private init; }

    /// <summary>Path of EtcdAdmin.Bench.dll of another build; null for none.</summary>
    public string? Other { get; private init; }

    public string EtcdVersion { get; private init; } = "3.5";

    /// <summary>The file to write; null for none.</summary>
    public string? Output { get; private init; }

    public long SizeBytes => SizeMegabytes * 1_000_000L;

    public bool MeasuresAny(params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (Measures(part)) return true;
        }

        return false;
    }

    public bool Measures(string part) => Only is null || Only == part;

    /// <summary>Reads the command line; null if it asks for help.</summary>
    public static BenchOptions? Parse(IReadOnlyList<string> args)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?")) return null;
        var options = new BenchOptions();
        for (int i = 0; i < args.Count; i += 2)
        {
            string value = i + 1 < args.Count ? args[i + 1] : throw new BenchException($"{args[i]} needs a value.\n{Usage}");
            options = args[i] switch
            {
                "--size" => options with { SizeMegabytes = Number(args[i], value, 8_000) },
                "--keys" => options with { Keys = Number(args[i], value, 100_000_000) },
                "--runs" => options with { Runs = Number(args[i], value, 1_000) },
                "--only" when Parts.Contains(value) => options with { Only = value },
                "--other" when File.Exists(value) => options with { Other = Path.GetFullPath(value) },
                "--etcd" => options with { EtcdVersion = value },
                "--output" => options with { Output = Path.GetFullPath(value) },
                _ => throw new BenchException($"'{args[i]} {value}' is not a valid option.\n{Usage}"),
            };
        }

        return options.Only is null && options.Output is null
            ? options with { Output = Path.Combine(Repository.Root, "docs", "performance.md") }
            : options;
    }

    private static int Number(string name, string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= max
            ? number
            : throw new BenchException($"{name} must be a number from 1 to {max}, not '{text}'.");
}
