/// The families among the models of a collection, and what was shown of their descent.
package struct FamilyForest: Sendable {
  /// All models, in the order of their ids.
  package var models: [FamilyModel]
  package var families: [Family]
  package var strangers: [Stranger]
  /// What cards and the corpus say of descent.
  package var assertions: [AssertedParent]
  /// Where these contradict the weights.
  package var conflicts: [AssertionConflict]

  package init(
    models: [FamilyModel], families: [Family] = [], strangers: [Stranger] = [],
    assertions: [AssertedParent] = [], conflicts: [AssertionConflict] = []
  ) {
    self.models = models
    self.families = families
    self.strangers = strangers
    self.assertions = assertions
    self.conflicts = conflicts
  }
}

/// One model of a collection.
package struct FamilyModel: Sendable, Equatable {
  package var id: String
  /// Other names of the same weights.
  package var twins: [String]
  package var digest: String
  package var format: String
  package var parameters: Int
  /// Of which architecture it is.
  package var architecture: String?
  /// Whether the corpus's owner vouches for its being an original.
  package var isOriginal: Bool

  package init(
    id: String, twins: [String] = [], digest: String, format: String, parameters: Int,
    architecture: String? = nil, isOriginal: Bool = false
  ) {
    self.id = id
    self.twins = twins
    self.digest = digest
    self.format = format
    self.parameters = parameters
    self.architecture = architecture
    self.isOriginal = isOriginal
  }
}

/// Models that share trained weights, directly or through each other.
package struct Family: Sendable, Equatable {
  package enum Node: Hashable, Sendable {
    /// By its position among the models of the forest.
    case model(Int)
    /// By its position among the family's ancestors.
    case ancestor(Int)
  }

  /// In ascending order.
  package var models: [Int]
  /// Ancestors that are in no file.
  package var ancestors: [UnknownAncestor]
  /// They connect all nodes; without a merge they are a tree.
  package var edges: [Edge]
  /// Where drawing begins; no arrow leads to it.
  package var root: Node

  package init(models: [Int], ancestors: [UnknownAncestor] = [], edges: [Edge], root: Node) {
    self.models = models
    self.ancestors = ancestors
    self.edges = edges
    self.root = root
  }

  package struct Edge: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      /// `to` was made from `from`.
      case descent(Direction, coefficient: Double?)
      /// Trained weights are shared, nothing more; the tests may exclude that one end was built on
      /// the other, and a trace may show which came later.
      case open(excluded: Set<Exclusion> = [], later: Later? = nil)
    }

    /// One end bears a trace that the other does not, and was made from something like it.
    package struct Later: Sendable, Equatable {
      package var isTo: Bool
      package var trace: Trace

      package init(isTo: Bool, trace: Trace) {
        self.isTo = isTo
        self.trace = trace
      }
    }

    package enum Exclusion: String, Hashable, Sendable, CaseIterable {
      /// `to` was not built on `from`.
      case forward
      /// `from` was not built on `to`.
      case backward
    }

    package var from: Node
    package var to: Node
    package var kind: Kind
    /// ‖B − A‖ / ‖A‖; nil where numbers in place do not compare.
    package var distance: Double?

    package init(from: Node, to: Node, kind: Kind, distance: Double?) {
      self.from = from
      self.to = to
      self.kind = kind
      self.distance = distance
    }

    package var isDescent: Bool {
      if case .descent = kind { true } else { false }
    }

    /// A line drawn from its other end; arrows stay as they are.
    package var turned: Edge {
      guard case .open(let excluded, let later) = kind else { return self }
      return Edge(
        from: to, to: from,
        kind: .open(
          excluded: Set(excluded.map { $0 == .forward ? .backward : .forward }),
          later: later.map { Later(isTo: !$0.isTo, trace: $0.trace) }), distance: distance)
    }

    package func end(beside node: Node) -> Node? {
      from == node ? to : to == node ? from : nil
    }
  }
}

/// An ancestor that is in no file, as distances propose it.
///
/// Models that were trained on like data go the same way and look as if they had one, so that it is
/// said with "or common training data", unless bytes decide.
package struct UnknownAncestor: Sendable, Equatable {
  /// Models it would be the ancestor of, seen from the root.
  package var models: [Int]
  /// Relative distances from the nearest and the farthest of them.
  package var nearest: Double
  package var farthest: Double
  package var exact: Exact?

  /// Matrices that some of the models have byte for byte, and no other model of the family has.
  package struct Exact: Sendable, Equatable {
    package var models: [Int]
    package var matrices: Int

    package init(models: [Int], matrices: Int) {
      self.models = models
      self.matrices = matrices
    }
  }

  package init(models: [Int], nearest: Double, farthest: Double, exact: Exact? = nil) {
    self.models = models
    self.nearest = nearest
    self.farthest = farthest
    self.exact = exact
  }
}

/// A model of no family.
package struct Stranger: Sendable, Equatable {
  package enum Standing: String, Sendable, CaseIterable {
    /// Held against the others, and nothing was found.
    case unrelated
    /// It shares initial weights with another and no training.
    case sharedInitialisation = "shared-initialisation"
    /// Too little of it compares.
    case inconclusive
    /// It is the only model.
    case alone
  }

  package var model: Int
  package var standing: Standing

  package init(model: Int, standing: Standing) {
    self.model = model
    self.standing = standing
  }
}

/// A parent that a card or the corpus names.
package struct AssertedParent: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    case manifest
    /// One of the model's own files.
    case card(String)
  }

  package var child: Int
  /// Nil where no model goes by the name.
  package var parent: Int?
  package var name: String
  package var source: Source

  package init(child: Int, parent: Int?, name: String, source: Source) {
    self.child = child
    self.parent = parent
    self.name = name
    self.source = source
  }
}

/// Where what is said of descent and what the weights show exclude each other.
package enum AssertionConflict: Sendable, Equatable {
  /// The weights show the asserted child to be the parent.
  case reversed(AssertedParent)
  /// The tests exclude that the child was built on the parent.
  case excluded(AssertedParent)
  /// Both were compared, and no kinship was found.
  case unrelated(AssertedParent)
  /// What the corpus calls an original was made from another model.
  case originalHasParent(original: Int, parent: Int)
}
