using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Tests.Snapshots;

namespace EtcdAdmin.Tests.Recovery.Restore;

public sealed class RestoreGuardTests
{
    private static readonly EtcdVersion Installed = new(3, 5, 16);

    [Fact]
    public void Check_SameMinorVersion_HasNothingToSay() =>
        Assert.Empty(RestoreGuard.Check(SnapshotSample.Info, SnapshotFormat.Plain, Installed, SnapshotSample.Request));

    [Fact]
    public void Check_TrailerWrong_IsRefusedWhateverIsAsked()
    {
        SnapshotInfo damaged = SnapshotSample.Info with { TrailerValid = false };
        RestoreRequest request = SnapshotSample.Request with { SkipHashCheck = true, AllowVersionMismatch = true };

        var error = Assert.Throws<EtcdException>(() => RestoreGuard.Check(damaged, SnapshotFormat.Plain, Installed, request));

        Assert.Equal((EtcdErrorIds.SnapshotInvalid, damaged.Path), (error.ErrorId, error.Target));
    }

    [Fact]
    public void Check_NoTrailer_IsRefusedUnlessAsked()
    {
        SnapshotInfo copied = SnapshotSample.Info with { HasTrailer = false, TrailerValid = false };

        var error = Assert.Throws<EtcdException>(() => RestoreGuard.Check(copied, SnapshotFormat.Plain, Installed, SnapshotSample.Request));
        IReadOnlyList<string> asked = RestoreGuard.Check(
            copied, SnapshotFormat.Plain, Installed, SnapshotSample.Request with { SkipHashCheck = true });

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        Assert.Contains("-SkipHashCheck", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    [Theory]
    [InlineData("3.4.0")]
    [InlineData("3.6.0")]
    [InlineData("4.5.0")]
    public void Check_OtherMinorVersion_IsRefusedUnlessAllowed(string version)
    {
        SnapshotInfo other = SnapshotSample.Info with { ClusterVersion = version };

        var error = Assert.Throws<EtcdException>(() => RestoreGuard.Check(other, SnapshotFormat.Plain, Installed, SnapshotSample.Request));
        IReadOnlyList<string> allowed = RestoreGuard.Check(
            other, SnapshotFormat.Plain, Installed, SnapshotSample.Request with { AllowVersionMismatch = true });

        Assert.Equal(EtcdErrorIds.SnapshotVersionMismatch, error.ErrorId);
        Assert.Contains(version[..3], Assert.Single(allowed), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_VersionKnownBetter_CountsMoreThanTheFiles()
    {
        RestoreRequest request = SnapshotSample.Request with { Version = new EtcdVersion(3, 4, 23) };

        var error = Assert.Throws<EtcdException>(() => RestoreGuard.Check(SnapshotSample.Info, SnapshotFormat.Plain, Installed, request));

        Assert.Equal(EtcdErrorIds.SnapshotVersionMismatch, error.ErrorId);
    }

    [Fact]
    public void Check_VersionUnknown_IsAllowedWithAWarning()
    {
        IReadOnlyList<string> warnings = RestoreGuard.Check(
            SnapshotSample.Info with { ClusterVersion = null }, SnapshotFormat.Plain, Installed, SnapshotSample.Request);

        Assert.Contains("is not known; this cluster runs", Assert.Single(warnings), StringComparison.Ordinal);
    }
}
