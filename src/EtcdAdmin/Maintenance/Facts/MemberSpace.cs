using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Maintenance.Facts;

/// <summary>The space that one member uses and has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Health">Its health, with the sizes of its database.</param>
/// <param name="Spec">Its specification; null if its host is not managed.</param>
/// <param name="Disk">The disk of its data; null if unknown.</param>
internal sealed record MemberSpace(MemberId Id, EtcdHealth Health, MemberSpec? Spec, DiskSpace? Disk)
{
    /// <summary>Its name.</summary>
    public string Name => Health.Member;

    /// <summary>The size of its database file in bytes; 0 if unknown.</summary>
    public long DatabaseBytes => Health.DbSizeBytes ?? 0;

    /// <summary>The bytes that a defragmentation would release; null before etcd 3.4, which does not report them.</summary>
    public long? FreeBytes => Health.DbSizeInUseBytes is { } used ? Math.Max(0, DatabaseBytes - used) : null;

    /// <summary>The size at which it raises the NOSPACE alarm.</summary>
    public long QuotaBytes => EtcdTuning.EffectiveQuota(Health.QuotaBytes);

    /// <summary>Whether the quota is known, and not assumed to be etcd's default.</summary>
    public bool KnowsQuota => Health.QuotaBytes is not null || Spec is { Adopted: null };

    /// <summary>The size from which it counts as full.</summary>
    public long FullBytes => EtcdTuning.FullBytes(QuotaBytes);

    /// <summary>Whether its next writes raise the NOSPACE alarm.</summary>
    public bool IsFull => DatabaseBytes >= FullBytes;
}
