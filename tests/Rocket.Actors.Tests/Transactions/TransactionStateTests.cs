using CsCheck;
using Rocket.Actors.Transactions;
using Xunit;

namespace Rocket.Actors.Tests.Transactions;

/// <summary>The state against two lists, the log of half messages and that of operations; with leaders that begin anew at what was noted.</summary>
public sealed class TransactionStateTests
{
    [Fact]
    public void Whoever_begins_anew_knows_which_half_messages_are_open_and_how_often_they_were_asked_for() => Gen.Int.Sample(seed => new Run(seed).Go(), iter: 100);

    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<(long Half, bool IsSettled)> _operations = [];
        private readonly HashSet<long> _settled = [];
        private readonly Dictionary<long, int> _checks = [];
        private TransactionState _state = new(0, 0);
        private (long Half, long Operation) _noted;
        private long _halves;

        public void Go()
        {
            for (var step = 0; step < 6_000; step++)
            {
                switch (_random.Next(100))
                {
                    case < 40:
                        _state.Read(storedAt: _halves);
                        _halves++;
                        break;
                    case < 85 when _state.Count > 0:
                        Settle();
                        break;
                    case < 95 when _state.Count > 0:
                        var asked = _state.Pending.ElementAt(_random.Next(Math.Min(_state.Count, 20)));
                        asked.Checks++;
                        _checks[asked.Offset] = asked.Checks;
                        Write(asked.Offset, isSettled: false);
                        break;
                    case 98:
                        _state.Forget();
                        _noted = (_state.SettledUpTo, _state.OperationsKept);
                        break;
                    case 99 when _random.Next(10) == 0:
                        BeginAnew();
                        break;
                }
            }

            BeginAnew();
        }

        private void Settle()
        {
            // Mostly the newest: one that is open for long keeps what is behind it.
            var half = _state.Pending.ElementAt(_state.Count - 1 - _random.Next(Math.Min(_state.Count, 5)));
            Write(half.Offset, isSettled: true);
            _state.Settled(half);
            _settled.Add(half.Offset);
        }

        private void Write(long half, bool isSettled)
        {
            _operations.Add((half, isSettled));
            _state.OperationStored(_operations.Count - 1);
        }

        private void BeginAnew()
        {
            _state = new TransactionState(_noted.Half, _noted.Operation);
            foreach (var (half, isSettled) in _operations.Skip((int)_noted.Operation))
            {
                if (isSettled)
                {
                    _state.WasSettled(half, half);
                }
                else
                {
                    _state.WasChecked(half);
                }
            }

            while (_state.NextHalf < _halves)
            {
                _state.Read(_state.NextHalf);
            }

            Assert.Equal(Enumerable.Range(0, (int)_halves).Select(half => (long)half).Where(half => !_settled.Contains(half)), _state.Pending.Select(half => half.Offset));
            Assert.All(_state.Pending, half => Assert.Equal(_checks.GetValueOrDefault(half.Offset), half.Checks));
            Assert.Equal(_operations.Count, _state.NextOperation);
        }
    }
}
