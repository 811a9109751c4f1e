using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Settings.Translation;

namespace EtcdAdmin.Tests.Provisioning.Settings.Translation;

public sealed class SettingTranslationTests
{
    private static readonly string[] Minors = ["3.3.25", "3.4.23", "3.5.30", "3.6.14", "3.7.1"];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (string from in Minors)
                foreach (string to in Minors.Where(other => other != from)) pairs.Add(from, to);
            return pairs;
        }
    }

    [Fact]
    public void Of_ExperimentalNames_GetTheirSuccessorsAndGoBack()
    {
        EtcdTuning old = With(("experimental-corrupt-check-time", "4h"), ("experimental-initial-corrupt-check", true),
            ("experimental-compact-hash-check-enabled", false), ("experimental-snapshot-catch-up-entries", 70L), ("max-txn-ops", 300L));
        EtcdTuning expected = With(("corrupt-check-time", "4h"), ("feature-gates", "CompactHashCheck=false,InitialCorruptCheck=true"),
            ("snapshot-catchup-entries", 70L), ("max-txn-ops", 300L));

        SettingTranslation up = Translate(old, "3.5.30", "3.6.14");
        SettingTranslation on = Translate(up.Tuning, "3.6.14", "3.7.1");
        SettingTranslation back = Translate(on.Tuning, "3.7.1", "3.6.14");
        SettingTranslation down = Translate(back.Tuning, "3.6.14", "3.5.30");

        Assert.All([up, on, back, down], step => Assert.Empty(step.Problems));
        Assert.Equal(expected, up.Tuning);
        Assert.Equal(expected, on.Tuning);
        Assert.Equal(expected, back.Tuning);
        Assert.Equal(old, down.Tuning);
        SettingChange renamed = Assert.Single(up.Changes, change => change.Name == "experimental-corrupt-check-time");
        Assert.Equal("'experimental-corrupt-check-time: 4h' becomes 'corrupt-check-time: 4h'.", renamed.Summary);
        Assert.Contains("still reads the old name", renamed.Why, StringComparison.Ordinal);
        Assert.Equal(
            "CompactHashCheck=false", Assert.Single(down.Changes, change => change.NewName == "experimental-compact-hash-check-enabled").Value);
        Assert.DoesNotContain(on.Changes, change => change.Kind != SettingChangeKind.DefaultChanged);
    }

    [Fact]
    public void Of_OldNamesThatTheNextVersionIgnores_AreNotLost()
    {
        SettingTranslation found = Translate(With(("experimental-corrupt-check-time", "4h"), ("experimental-enable-lease-checkpoint", true),
            ("feature-gates", "CompactHashCheck=true")), "3.6.14", "3.7.1");

        Assert.Empty(found.Problems);
        Assert.Equal(With(("corrupt-check-time", "4h"), ("feature-gates", "CompactHashCheck=true,LeaseCheckpoint=true")), found.Tuning);
    }

    [Fact]
    public void Of_PatchRelease_ChangesNothing()
    {
        EtcdTuning tuning = With(("experimental-corrupt-check-time", "4h"), ("experimental-initial-corrupt-check", true));

        SettingTranslation found = Translate(tuning, "3.6.5", "3.6.14");

        Assert.Equal(tuning, found.Tuning);
        Assert.Empty(found.Changes);
        Assert.Empty(found.Problems);
    }

    [Theory]
    [InlineData("3.5.30", "3.6.14", "enable-v2", true, "it has no API 2")]
    [InlineData("3.4.23", "3.5.30", "log-package-levels", "etcdserver=DEBUG", "one level for all packages")]
    [InlineData("3.6.14", "3.5.30", "max-learners", 3L, "it allows one learner")]
    [InlineData("3.5.30", "3.5.10", "experimental-compaction-sleep-interval", "1s", "without a message")]
    [InlineData("3.4.23", "3.3.25", "enable-grpc-gateway", false, "without a message")]
    [InlineData("3.6.14", "3.5.30", "log-format", "console", "without a message")]
    [InlineData("3.4.23", "3.3.25", "log-level", "warn", "without a message")]
    [InlineData("3.7.1", "3.6.14", "feature-gates", "PriorityRequest=true", "does not have the feature gate PriorityRequest")]
    [InlineData("3.6.14", "3.5.30", "feature-gates", "AllAlpha=true", "does not have the feature gate AllAlpha")]
    [InlineData("3.6.14", "3.5.30", "auth-token", "jwt,sign-method=EdDSA,priv-key=/k", "refuses the value")]
    [InlineData("3.3.25", "3.4.23", "cors", "https://a.example", "refuses the value")]
    [InlineData("3.5.30", "3.6.14", "max-learners", 3L, "would take effect")]
    [InlineData("3.6.14", "3.5.30", "v2-deprecation", "gone", "would take effect")]
    public void Of_SettingWithoutASuccessor_IsAProblemWithTheCommandThatResetsIt(string from, string to, string name, object value, string why)
    {
        SettingTranslation found = Translate(With((name, value), ("max-txn-ops", 300L)), from, to);

        SettingProblem problem = Assert.Single(found.Problems);
        Assert.Equal(name, problem.Name);
        Assert.Contains(why, problem.Text, StringComparison.Ordinal);
        Assert.Equal($"Before the version is changed, run Set-EtcdConfiguration demo -Configuration @{{ '{name}' = $null }}.", problem.NextStep);
        Assert.Equal(300L, found.Tuning.Extra!["max-txn-ops"]);
    }

    [Theory]
    [InlineData("3.5.30", "3.6.14", "enable-v2", false)]
    [InlineData("3.6.14", "3.5.30", "max-learners", 1L)]
    [InlineData("3.4.23", "3.3.25", "backend-batch-interval", "0.1s")]
    [InlineData("3.4.23", "3.3.25", "pre-vote", false)]
    [InlineData("3.4.23", "3.3.25", "enable-grpc-gateway", true)]
    [InlineData("3.4.23", "3.3.25", "experimental-compaction-batch-limit", 10_000L)]
    [InlineData("3.6.14", "3.5.10", "compaction-sleep-interval", "10ms")]
    [InlineData("3.6.14", "3.5.30", "warning-unary-request-duration", "300ms")]
    [InlineData("3.4.23", "3.5.30", "debug", false)]
    [InlineData("3.5.30", "3.4.23", "socket-options", null)]
    [InlineData("3.7.1", "3.6.14", "feature-gates", "PriorityRequest=false")]
    [InlineData("3.5.30", "3.6.14", "v2-deprecation", "gone")]
    public void Of_ValueThatTheOtherVersionImplies_IsLeftOut(string from, string to, string name, object? value)
    {
        SettingTranslation found = Translate(With((name, value ?? new Dictionary<string, object?> { ["reuse-port"] = false })), from, to);

        Assert.Empty(found.Problems);
        Assert.Null(found.Tuning.Extra);
        SettingChange removed = Assert.Single(found.Changes, change => change.Kind == SettingChangeKind.Removed);
        Assert.Equal((name, null), (removed.Name, removed.NewName));
    }

    [Fact]
    public void Of_ProblemWithOneOfSeveralGates_KeepsTheOthersInTheCommand()
    {
        SettingTranslation found = Translate(With(("feature-gates", "CompactHashCheck=true,PriorityRequest=true")), "3.7.1", "3.6.14");

        Assert.Contains("@{ 'feature-gates' = 'CompactHashCheck=true' }", Assert.Single(found.Problems).NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Debug_IsALevel()
    {
        Assert.Equal(With(("log-level", "debug")), Translate(With(("debug", true)), "3.3.25", "3.4.23").Tuning);
        Assert.Equal(With(("debug", true)), Translate(With(("log-level", "debug")), "3.4.23", "3.3.25").Tuning);
    }

    [Fact]
    public void Of_ParameterThatTheOtherVersionRefuses_IsAProblem()
    {
        var tuning = new EtcdTuning { CipherSuites = ["TLS_AES_128_GCM_SHA256"], QuotaBytes = 1L << 30 };

        SettingTranslation found = Translate(tuning, "3.4.23", "3.3.25");

        Assert.Equal(tuning, found.Tuning);
        Assert.Contains("@{ 'cipher-suites' = $null }", Assert.Single(found.Problems).NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NamesThatNoVersionUses_StayAsTheyAre()
    {
        EtcdTuning tuning = With(("nonsense", 1L), ("data-dir", "/x"), ("max-txn-ops", null));

        SettingTranslation found = Translate(tuning, "3.4.23", "3.5.30");

        Assert.Equal(tuning, found.Tuning);
        Assert.Empty(found.Problems);
    }

    [Fact]
    public void Of_Defaults_AreReportedOnlyWhereTheyApply()
    {
        SettingChange[] Defaults(EtcdTuning tuning, string from, string to) =>
            [.. Translate(tuning, from, to).Changes.Where(change => change.Kind == SettingChangeKind.DefaultChanged)];

        Assert.Equal(["enable-v2", "enable-grpc-gateway"], Defaults(new EtcdTuning(), "3.3.25", "3.4.23").Select(change => change.Name));
        Assert.Equal(["enable-v2", "pre-vote"], Defaults(new EtcdTuning(), "3.3.25", "3.5.30").Select(change => change.Name));
        SettingChange count = Assert.Single(Defaults(new EtcdTuning(), "3.5.30", "3.6.14"));
        Assert.Equal(("snapshot-count", "100000", "10000"), (count.Name, count.Value, count.NewValue));
        SettingChange back = Assert.Single(Defaults(new EtcdTuning(), "3.6.14", "3.5.30"));
        Assert.Equal(("snapshot-count", "10000", "100000"), (back.Name, back.Value, back.NewValue));
        Assert.Empty(Defaults(new EtcdTuning { SnapshotCount = 5000 }, "3.5.30", "3.6.14"));
        Assert.Empty(Defaults(With(("feature-gates", "FastLeaseKeepAlive=false")), "3.7.1", "3.6.14"));
        Assert.Single(Defaults(With(("feature-gates", "CompactHashCheck=true")), "3.6.14", "3.7.1"));
        Assert.Empty(Defaults(new EtcdTuning(), "3.5.16", "3.5.30"));
    }

    /// <summary>
    /// Whatever is set: nothing is lost without being reported, the other version reads every name, and the way back gives the same.
    /// </summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void Of_EverySettingAtOnce_IsCarriedOrReported(string from, string to)
    {
        foreach (bool old in new[] { true, false })
        {
            EtcdTuning all = new() { Extra = SettingSamples.Of(EtcdVersion.Parse(from), old) };
            SettingTranslation first = Translate(all, from, to);
            EtcdTuning solved = all with
            {
                Extra = all.Extra!.Where(item => first.Problems.All(problem => problem.Name != item.Key))
                    .ToDictionary(item => item.Key, item => item.Value),
            };

            SettingTranslation found = Translate(solved, from, to);
            SettingTranslation back = Translate(found.Tuning, to, from);

            Assert.Empty(found.Problems);
            Assert.All(found.Tuning.Extra!.Keys, name => Assert.True(EtcdSettingTable.Find(name)!.IsKnownTo(EtcdVersion.Parse(to)), name));
            string[] gone = [.. solved.Extra!.Keys.Except(found.Tuning.Extra!.Keys)];
            Assert.All(
                gone, name => Assert.Contains(found.Changes, change => change.Name == name && change.Kind != SettingChangeKind.DefaultChanged));
            string[] removed = [.. found.Changes.Where(change => change.Kind == SettingChangeKind.Removed).Select(change => change.Name)];
            if (!old) continue;
            Assert.Equal(
                Translate(solved with
                { Extra = solved.Extra!.Where(item => !removed.Contains(item.Key)).ToDictionary(item => item.Key, item => item.Value) },
                    from, to).Tuning,
                Translate(back.Tuning, from, to).Tuning);
        }
    }

    private static SettingTranslation Translate(EtcdTuning tuning, string from, string to) =>
        SettingTranslation.Of("demo", tuning, EtcdVersion.Parse(from), EtcdVersion.Parse(to));

    private static EtcdTuning With(params (string Name, object? Value)[] items) =>
        new() { Extra = items.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal) };
}
