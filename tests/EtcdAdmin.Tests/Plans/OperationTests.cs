using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Plans;

/// <summary>What is said when a host is lost in the middle: the truth about what was and was not taken back.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly PlanBuilder _plan = new("Testing", "demo");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _lost.Dispose();

    [Fact]
    public async Task RunAsync_LockLostWhileTidyingUp_SaysThatEverythingStays()
    {
        _plan.Add(new StepText(StepKind.StartMember, "h", "vote"), (_, _) => Task.CompletedTask, (_, _) => throw new IOException("not to be undone"));
        _plan.TidyUp().Add(new StepText(StepKind.StartMember, "h", "prove"), LoseAsync);

        EtcdException error = await RunAsync();

        Assert.Contains("All changes are made and are kept", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("rolled back", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LockLostAndAnUndoDeclines_SaysWhatStaysAndWhatToDo()
    {
        _plan.Add(new StepText(StepKind.StartMember, "h", "vote"), LoseAsync, (_, _) => throw new StepNotUndoneException("m1 votes", "Start m1."));

        EtcdException error = await RunAsync();

        Assert.EndsWith("at the same time. Not rolled back: 'vote' on h: m1 votes.", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("it carries on where it stopped. Start m1.", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LockLostInAPlanWithoutUndo_DoesNotClaimARollback()
    {
        _plan.Add(new StepText(StepKind.StartMember, "h", "stop"), LoseAsync);

        EtcdException error = await RunAsync();

        Assert.EndsWith("The steps done so far are kept.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LockLostBeforeTheFirstStep_SaysThatNothingWasChanged()
    {
        _plan.Add(new StepText(StepKind.StartMember, "h", "a"), (_, _) => Task.CompletedTask);

        EtcdException error = await RunAsync(async token =>
        {
            await LoseAsync(null, token);
            throw new InvalidOperationException("planned on");
        });

        Assert.EndsWith("Nothing was changed.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stop a|copy a|start a+2", "copy a|start a+2")]
    [InlineData("start a+1|start b+2|start c+3", "start a+2|start c+3")] // b runs by now, so one more voter is up
    [InlineData("restart a!|restart b!|prove", "restart b|prove")] // it interrupts nothing any more
    [InlineData("write a,write b|prove", "write b|prove")]
    [InlineData("stop a|start a|stop a|start a", "stop a|start a")]
    [InlineData("start a|prove", "")]
    [InlineData("copy a~Copy 12 MB|prove", "copy a~Copy 13 MB|prove")] // the wording says what changes all the time
    public async Task RunAsync_DoesLessThanWasAgreed_IsCarriedOutAndSaysWhatIsLeftOut(string agreed, string found)
    {
        (EtcdException? error, List<string> done, EventRecorder events) = await RunAsync(agreed, found);

        Assert.Null(error);
        Assert.Equal(found.Split(['|', ','], StringSplitOptions.RemoveEmptyEntries).Select(step => step.Split('+', '!', '=', '~')[0]), done);
        int left = agreed.Split('|', ',').Length - done.Count;
        Assert.Equal(left, events.Of<MessageEvent>().Count(message => message.Text.StartsWith("No longer needed: h: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("stop a|start a", "stop a|start a|start b", "newly needed: 'h: start b'")]
    [InlineData("stop a|copy a|start a", "copy a|stop a|start a", "the order of the steps")]
    [InlineData("restart a|restart b", "restart b!", "'h: restart b' is now 'h: restart b (interrupts the whole cluster)'")]
    [InlineData("stop a+2|stop b+1", "stop b+0", "no longer needed: 'h: stop a [2 voters up after it]'; 'h: stop b [1 voter up after it]' is now")]
    [InlineData("restart a|restart b|prove", "restart a,restart b|prove", "the order of the steps")]
    [InlineData("format a=/dev/vdb~Format vdb", "format a=/dev/vdc~Format vdc", "'h: Format vdb' is now 'h: Format vdc'")]
    public async Task RunAsync_DoesMoreOrOtherThanWasAgreed_IsRefusedAndSaysWhatChanged(string agreed, string found, string what)
    {
        (EtcdException? error, List<string> done, _) = await RunAsync(agreed, found);

        Assert.Equal(EtcdErrorIds.PlanOutdated, error?.ErrorId);
        Assert.Contains("Nothing was done. Changes: ", error!.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Empty(done);
    }

    [Fact]
    public async Task RunAsync_DoesLessWithAWarningThatNobodyHasSeen_IsRefusedAndSaysTheWarning()
    {
        (EtcdException? error, List<string> done, _) = await RunAsync(
            "remove a|clear h|save", "remove a|save", "h is not cleared: it cannot be reached.");

        Assert.Equal(EtcdErrorIds.PlanOutdated, error?.ErrorId);
        Assert.Contains("Changes: new warning: h is not cleared: it cannot be reached; no longer needed: 'h: clear h'.", error!.Message,
            StringComparison.Ordinal);
        Assert.Empty(done);
    }

    // Steps as "action", with "!" where it interrupts something, "+2" where so many voters are up after it, "=" before what else is agreed to,
    // and "~" before another wording; "|" begins a stage.
    private static async Task<(EtcdException? Error, List<string> Done, EventRecorder Events)> RunAsync(
        string agreed, string found, params string[] warnings)
    {
        var done = new List<string>();
        var events = new EventRecorder();
        Operation<string> Make(string steps, string[] warned, Func<CancellationToken, Task<Operation<string>>> again) =>
            new(Build(steps, done), warned, (_, _, _) => Task.FromResult<IOperationLock>(new HeldLock(default)), again, _ => Task.FromResult("done"));
        Operation<string> operation = Make(
            agreed, [], _ => Task.FromResult(Make(found, warnings, _ => throw new InvalidOperationException("planned twice"))));
        try
        {
            await operation.RunAsync(events, Token, throttleLimit: 1);
            return (null, done, events);
        }
        catch (EtcdException e)
        {
            return (e, done, events);
        }
    }

    private static Plan Build(string steps, List<string> done)
    {
        var plan = new PlanBuilder("Testing", "demo");
        foreach (string stage in steps.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            plan.NextStage();
            foreach (string step in stage.Split(','))
            {
                string action = step.Split('+', '!', '=', '~')[0];
                var text = new StepText(StepKind.StartMember, "h", step.Split('~') is [_, var wording] ? wording : action)
                {
                    Member = action.Split(' ').ElementAtOrDefault(1),
                    Subject = action,
                    Detail = step.Split('~')[0].Split('=') is [_, var detail] ? detail : null,
                    Interrupts = step.Contains('!', StringComparison.Ordinal) ? Interruption.Cluster : Interruption.Nothing,
                    VotersUp = step.Split('+') is [_, var up] ? int.Parse(up, CultureInfo.InvariantCulture) : null,
                };
                plan.Add(text, (_, _) =>
                {
                    done.Add(action);
                    return Task.CompletedTask;
                });
            }
        }

        return plan.Build();
    }

    private async Task<EtcdException> RunAsync(Func<CancellationToken, Task<Operation<string>>>? planAgain = null)
    {
        Plan plan = _plan.Build();
        Operation<string>? operation = null;
        operation = new Operation<string>(
            plan, [], (_, _, _) => Task.FromResult<IOperationLock>(new HeldLock(_lost.Token)),
            planAgain ?? (_ => Task.FromResult(operation!)), _ => Task.FromResult("done")); // made by then
        var error = await Assert.ThrowsAsync<EtcdException>(() => operation.RunAsync(null, Token));
        Assert.Equal(EtcdErrorIds.ConnectionLost, error.ErrorId);
        Assert.Contains("was stopped: n1 was switched off.", error.Message, StringComparison.Ordinal);
        return error;
    }

    private async Task LoseAsync(IProgress<EtcdEvent>? events, CancellationToken token)
    {
        await _lost.CancelAsync();
        token.ThrowIfCancellationRequested();
    }

    private sealed class HeldLock(CancellationToken lost) : IOperationLock
    {
        public CancellationToken Lost => lost;

        public Task<string?> WhyLostAsync() => Task.FromResult<string?>("n1 was switched off");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
