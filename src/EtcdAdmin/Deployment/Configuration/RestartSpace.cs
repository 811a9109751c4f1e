using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>The space that a restart with changed settings needs.</summary>
internal static class RestartSpace
{
    // The step by which bbolt extends its file (AllocSize, 16 MB).
    private const long StartBytes = 16L << 20;

    /// <summary>Checks also the folders that etcd writes at its start: a member that is restarted on a full disk may not come back.</summary>
    /// <exception cref="EtcdException">DiskFull.</exception>
    /// <exception cref="AggregateException">Several disks are full.</exception>
    public static void Require(InstallState state, IReadOnlyList<MemberSpec> changed)
    {
        EtcdException[] problems = [.. changed.SelectMany(member => SpaceGuard.Check(
            state.SurveyOf(member).Host,
            [
                new SpaceNeed(member.Layout.ConfigDirectory, SpaceNeed.SmallFiles),
                SpaceNeed.When(member.Unit is not null, SystemdUnit.Path(member.Unit ?? ""), SpaceNeed.SmallFiles),
                new SpaceNeed(member.Layout.DataDirectory, StartBytes),
                SpaceNeed.When(member.WalPath is not null, member.WalPath ?? "", StartBytes),
            ],
            "Free some space there (never by deleting files of etcd's data), then run the command again."))];
        if (problems.Length == 1) throw problems[0];
        if (problems.Length > 1) throw new AggregateException(problems);
    }
}
