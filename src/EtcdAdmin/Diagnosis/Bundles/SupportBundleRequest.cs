using EtcdAdmin.Errors;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>What a support bundle contains, and where it is written.</summary>
public sealed record SupportBundleRequest
{
    /// <summary>The ending of a bundle.</summary>
    public const string Extension = ".tar.gz";

    /// <summary>The folder, which is created if needed, or the name of the file, which ends in <see cref="Extension"/>.</summary>
    public required string Destination { get; init; }

    /// <summary>The begin of the time window of logs; null is one day before its end.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The end of the time window; null is now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The most bytes of one file. Default: 8 MiB.</summary>
    public int MaxFileBytes { get; init; } = 8 << 20;

    /// <summary>The most bytes of all files together, before compression. Default: 128 MiB.</summary>
    public long MaxTotalBytes { get; init; } = 128L << 20;

    /// <summary>How long each host may take. Default: 2 minutes.</summary>
    public TimeSpan HostTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The time window.</summary>
    /// <exception cref="EtcdException">InvalidArgument: it ends before it begins.</exception>
    internal (DateTimeOffset Begin, DateTimeOffset End) Window(TimeProvider clock)
    {
        DateTimeOffset end = Until ?? clock.GetUtcNow(), begin = Since ?? end.AddDays(-1);
        return begin < end ? (begin, end) : throw new EtcdException(EtcdErrorIds.InvalidArgument,
            $"The time window ends ({end:u}) before it begins ({begin:u}).")
        { NextStep = "Give an earlier -Since, or a later -Until." };
    }
}
